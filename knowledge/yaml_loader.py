"""The YAML loader of these files: PyYAML's safe one in C, without what it does for each text in vain."""

from typing import TYPE_CHECKING, Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode

# The one in C is ten times as fast, and not everywhere.
_SafeLoader = yaml.SafeLoader if TYPE_CHECKING else getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TEXT = "tag:yaml.org,2002:str"
_LIST = "tag:yaml.org,2002:seq"
_TABLE = "tag:yaml.org,2002:map"


class Loader(_SafeLoader):
    """Reads the same as `yaml.SafeLoader`, in two thirds of the time of `yaml.CSafeLoader` where most is text."""

    def resolve(self, kind: type[Node], value: Any, implicit: Any) -> str:
        """Return the tag of a node that has none of its own."""
        if kind is ScalarNode:
            if implicit[0]:
                for tag, pattern in self.yaml_implicit_resolvers.get(value[:1], ()):
                    if pattern.match(value):
                        return tag
            return _TEXT
        return _TABLE if kind is MappingNode else _LIST

    def descend_resolver(self, current_node: Any, current_index: Any) -> None:
        """Do nothing: no tag depends on where a node stands."""

    def ascend_resolver(self) -> None:
        """Do nothing."""

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        """Return what a node stands for; a text at once."""
        if node.tag == _TEXT and node.__class__ is ScalarNode:
            return node.value
        return super().construct_object(node, deep)  # pyright: ignore[reportUnknownMemberType]
