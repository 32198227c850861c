"""What is wrong with what stands in a board's description in a language of its own: selectors, patterns, bodies."""

from __future__ import annotations

import json
import re

from cssselect.xpath import ExpressionError
from parsel import Selector

_PLACE = re.compile(r'"\{\w+\}"|\{\w+\}')


def find_fault(page_format: str, name: str, written: str) -> str:
    """The fault in a line; empty where there is none. `name` is the key, `page_format` html or json."""
    try:
        if name == "id_pattern":
            return "" if re.compile(written).groups else "no group in the pattern"
        if name == "body":
            json.loads(_PLACE.sub("1", written))
        elif page_format == "html":
            Selector(text="<html></html>", type="html").css(written)
        else:
            Selector(root={}, type="json").jmespath(written)
    except (re.error, ValueError, SyntaxError, ExpressionError) as error:  # json, jmespath; cssselect has two kinds
        return str(error).splitlines()[0]
    return ""
