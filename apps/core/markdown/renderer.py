"""Parsed Markdown to HTML. Everything that came from the text is escaped here; the sanitiser looks again."""

from html import escape

from markdown_it.renderer import RendererHTML

from . import code, links, mathml, sanitise

_DIRECTED = {"paragraph_open", "heading_open", "bullet_list_open", "ordered_list_open", "blockquote_open", "table_open"}


class Renderer(RendererHTML):
    """One method for each kind of token that differs from the parser's own HTML."""

    def render(self, tokens, options, env):
        for token in tokens:
            # Only the outermost block: a browser passes over children that have a direction of their own.
            if token.level == 0 and token.type in _DIRECTED:
                token.attrSet("dir", "auto")
        return super().render(tokens, options, env)

    def fence(self, tokens, idx, options, env):
        token = tokens[idx]
        return code.figure(token.content.removesuffix("\n"), token.info, env["deadline"])

    def code_block(self, tokens, idx, options, env):
        return code.figure(tokens[idx].content.removesuffix("\n"), "", env["deadline"])

    def code_inline(self, tokens, idx, options, env):
        return f"<code>{escape(code.mark_invisible(tokens[idx].content))}</code>"

    def table_open(self, tokens, idx, options, env):
        direction = ' dir="auto"' if tokens[idx].attrs.pop("dir", None) else ""
        table = self.renderToken(tokens, idx, options, env)
        return f'<div class="table-scroll" tabindex="0" role="region" aria-label="Table"{direction}>{table}'

    def table_close(self, tokens, idx, options, env):
        return "</table></div>\n"

    def th_open(self, tokens, idx, options, env):
        # Our policy forbids inline styles, so alignment is a class.
        style = tokens[idx].attrs.pop("style", None)
        if style:
            tokens[idx].attrSet("class", style.replace("text-align:", "align-"))
        return self.renderToken(tokens, idx, options, env)

    td_open = th_open

    def list_item_open(self, tokens, idx, options, env):
        item = self.renderToken(tokens, idx, options, env)
        return item if _is_paragraph(tokens[idx + 1]) else item + _task(tokens[idx])

    def paragraph_open(self, tokens, idx, options, env):
        start = self.renderToken(tokens, idx, options, env)
        return start + _task(tokens[idx - 1]) if idx and _is_paragraph(tokens[idx]) else start

    def link_open(self, tokens, idx, options, env):
        token, end = tokens[idx], idx + 1
        while tokens[end].type != "link_close":
            end += 1
        url = token.attrs["href"]
        host = links.host(url)
        if host is None:  # `[text]()` is a link to nowhere.
            return ""
        env["in_link"] = True
        text = self.renderInlineAsText(tokens[idx + 1 : end], options, env)
        note = f' <span class="link-host">({escape(host)})</span>' if links.disguised(text, host) else ""
        tokens[end].meta["end"] = f"</a>{note}"
        return _anchor(url, token.attrs.get("title"))

    def link_close(self, tokens, idx, options, env):
        env["in_link"] = False
        return tokens[idx].meta.get("end", "")

    def image(self, tokens, idx, options, env):
        """A chip in the place of the picture: loading it would tell its host what the model put into the address."""
        token = tokens[idx]
        url = token.attrs["src"]
        alt = escape(self.renderInlineAsText(token.children, options, env))
        host = links.host(url)
        if host is None:
            return alt
        chip = f"Remote image blocked: {escape(host)}"
        if env.get("in_link"):
            hint = _hint(url, token.attrs.get("title"))
            return f'<span class="remote-image" title="{hint}">{chip}{alt and " – "}{alt}</span>'
        link = f"{_anchor(url, token.attrs.get('title'))}Open image{alt and ': '}{alt}</a>"
        return f'<span class="remote-image">{chip} {link}</span>'

    def definition(self, tokens, idx, options, env):
        """A link definition stays in sight: what refers to it may stand before it, as plain text."""
        meta = tokens[idx].meta
        link = f"{_anchor(meta['url'], meta['title'])}{escape(meta['url'])}</a>"
        title = f" {escape(meta['title'])}" if meta["title"] else ""
        return f'<p class="link-definition" dir="auto">[{escape(meta["label"])}]: {link}{title}</p>\n'

    def formula(self, tokens, idx, options, env, display="inline"):
        tex = tokens[idx].content
        with env["deadline"].paused():  # A formula has a limit of its own: its length.
            math = mathml.convert(tex, display)
        if math is None:
            return f"<code>{escape(tex)}</code>"
        env["formulas"].append(math)
        return sanitise.slot(len(env["formulas"]) - 1)

    def formula_wide(self, tokens, idx, options, env):
        return self.formula(tokens, idx, options, env, "block")

    def formula_block(self, tokens, idx, options, env):
        math = self.formula(tokens, idx, options, env, "block")
        return f'<div class="formula" tabindex="0" role="group" aria-label="Formula">{math}</div>\n'

    def renderInlineAsText(self, tokens, options, env):
        """Text as a reader sees it: the parser's own leaves formulas out."""
        parts = []
        for token in tokens or []:
            if token.children:
                parts.append(self.renderInlineAsText(token.children, options, env))
            elif token.type in ("softbreak", "hardbreak"):
                parts.append("\n")
            else:
                parts.append(token.content)
        return "".join(parts)


def _is_paragraph(token):
    return token.type == "paragraph_open" and not token.hidden


def _task(item):
    """The box of a task; nothing for any other item."""
    if "checked" not in item.meta:
        return ""
    name, mark = ("Done", "☑") if item.meta["checked"] else ("To do", "☐")
    return f'<span class="task" role="img" aria-label="{name}">{mark}</span> '


def _anchor(url, title):
    return f'<a href="{escape(url)}" title="{_hint(url, title)}">'


def _hint(url, title):
    """The whole address first: a title may name another."""
    return escape(f"{url}\n{title}" if title else url)
