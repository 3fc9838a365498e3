"""What is said, in platform-neutral parts; the splitter."""
