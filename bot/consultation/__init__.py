"""The consultation: facts and where they came from, samples, trials and the verdict. Plain data, no I/O."""
