"""HTML as a test looks at it: elements with their attributes and text, and whether the document is sound."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Self

VOID = frozenset({"meta", "link", "br", "hr", "img", "input", "path"})


@dataclass(slots=True)
class Element:
    """An element with everything inside it."""

    tag: str
    attributes: dict[str, str]
    children: list["Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    @property
    def words(self) -> str:
        """The text with runs of white space as one space."""
        return " ".join(self.text.split())

    def all(self, tag: str = "", **attributes: str) -> list["Element"]:
        """Every element inside with this tag and these attributes; a class need only be among an element's."""
        found: list[Element] = []
        for child in self.children:
            if isinstance(child, Element):
                if child.fits(tag, attributes):
                    found.append(child)
                found.extend(child.all(tag, **attributes))
        return found

    def one(self, tag: str = "", **attributes: str) -> "Element":
        (found,) = self.all(tag, **attributes)
        return found

    def fits(self, tag: str, attributes: dict[str, str]) -> bool:
        wanted = {name.rstrip("_"): value for name, value in attributes.items()}
        return tag in ("", self.tag) and all(
            value in self.attributes.get(name, "").split() if name == "class" else self.attributes.get(name) == value
            for name, value in wanted.items()
        )

    def without(self, tag: str) -> Self:
        """The same without elements of this tag."""
        kept = [
            child.without(tag) if isinstance(child, Element) else child
            for child in self.children
            if isinstance(child, str) or child.tag != tag
        ]
        return type(self)(self.tag, self.attributes, kept)


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"<{tag}> has an attribute twice"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag, f"</{tag}> ends another element"

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parsed(html: str) -> Element:
    """The document. Fails if it is not sound: elements closed in order, ids unique, fragments leading somewhere."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    assert builder.open == [builder.root], f"left open: {[element.tag for element in builder.open[1:]]}"
    everything = builder.root.all()
    ids = [element.attributes["id"] for element in everything if "id" in element.attributes]
    assert len(set(ids)) == len(ids), "an id is used twice"
    fragments = {
        element.attributes["href"][1:] for element in everything if element.attributes.get("href", "").startswith("#")
    }
    labels = {
        id
        for element in everything
        if "aria-labelledby" in element.attributes
        for id in element.attributes["aria-labelledby"].split()
    }
    assert fragments | labels <= set(ids), f"lead nowhere: {(fragments | labels) - set(ids)}"
    return builder.root
