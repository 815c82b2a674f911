"""One tab of a browser, fresh and without a cache, that notes what its reader would feel."""

import json
import time
import urllib.request

from django.core.management.base import CommandError

from apps.core.bench.script import END

# Runs before the page's own scripts. Looks at the text once a frame, and only at its end.
WATCH = """
const bench = window.bench = { usable: null, seen: null, long: [], gaps: 0, from: Infinity, kept: {} }
new PerformanceObserver(list => {
  for (const { startTime, duration } of list.getEntries()) if (startTime + duration > bench.from) bench.long.push(duration)
}).observe({ type: "longtask", buffered: true })
bench.begin = () => Object.assign(bench, { seen: null, long: [], gaps: 0, from: performance.now(), kept: {} })
const part = selector => {
  const kept = bench.kept[selector]
  return kept?.isConnected ? kept : bench.kept[selector] = document.querySelector(selector)
}
const end = element => {
  while (element?.lastElementChild && element.lastElementChild.textContent.trim()) element = element.lastElementChild
  return element?.textContent ?? ""
}
const shown = () => {
  const bare = part("body > pre")
  if (bare) return bare.lastChild.data.slice(-40)
  const stream = part("message-stream")
  if (!stream) return end(document.querySelector("#log > article:last-of-type .prose"))
  return part("message-stream .tail").textContent + end(part("message-stream .blocks"))
}
const wait = setInterval(() => {
  const box = document.querySelector("textarea")
  const ready = !document.querySelector("chat-composer") || (customElements.get("chat-composer") && window.htmx)
  if (!box || box.disabled || !ready || document.readyState === "loading") return
  bench.usable = performance.now()
  clearInterval(wait)
}, 5)
let last = 0
requestAnimationFrame(function look(now) {
  requestAnimationFrame(look)
  if (last > bench.from && now - last > 50) bench.gaps++
  last = now
  // After this frame has been painted.
  if (!bench.seen && bench.from < now && shown().includes("END")) {
    setTimeout(() => bench.seen = performance.timeOrigin + performance.now())
  }
})
""".replace("END", END)

WEIGHT = """performance.getEntriesByType("resource").filter(({ name }) => /\\.(js|css)$/.test(new URL(name).pathname))
  .reduce((sum, { transferSize }) => sum + transferSize, 0)"""


class Tab:
    """``with Tab(browser, upstream, host, session) as tab``: the page of a new chat, or with no session the bare page."""

    def __init__(self, browser, upstream, host, session=None):
        self.upstream, self.url, self.session = upstream, f"http://{host}", session
        self.context = browser.new_context(viewport={"width": 1280, "height": 800})

    def __enter__(self):
        if self.session:
            self.context.add_cookies([{"name": "session", "value": self.session, "url": self.url}])
        self.context.add_init_script(WATCH)
        self.page = self.context.new_page()
        self.page.goto(self.url)
        self.until("bench.usable", 20)
        return self

    def __exit__(self, *exc):
        self.context.close()

    def until(self, expression, seconds):
        """Ask again and again, from outside: the page's policy allows no polling inside it."""
        end = time.monotonic() + seconds
        while not self.page.evaluate(expression):
            if time.monotonic() > end:
                raise CommandError(f"The page of {self.url} did not come to {expression} within {seconds} s.")
            time.sleep(0.1)

    def opening(self):
        self.page.wait_for_load_state("load")
        return {"wire_kb": self.page.evaluate(WEIGHT) / 1024, "usable_s": self.page.evaluate("bench.usable") / 1000}

    def read(self, order, patience=40):
        """Send the order and read the answer to its end."""
        self.page.wait_for_load_state("load")
        meter = self.context.new_cdp_session(self.page)
        meter.send("Performance.enable")
        self.page.evaluate("bench.begin()")
        before = busy(meter)
        if self.session:
            self.page.locator("textarea[name=text]").fill(order.prompt)
            self.page.keyboard.press("Enter")
        else:
            self.page.evaluate("prompt => ask(prompt)", order.prompt)
        self.until("bench.seen", patience)
        if self.session:
            self.page.wait_for_selector("article.assistant[data-status=complete]", timeout=patience * 1000)
        # What the end of the answer sets in motion belongs to it.
        time.sleep(0.4)
        spent = busy(meter) - before
        seen = self.page.evaluate("({ seen: bench.seen, long: bench.long, gaps: bench.gaps })")
        return {
            "last_visible_ms": seen["seen"] - self.ended(order),
            "long_tasks": len(seen["long"]),
            "long_task_ms": sum(seen["long"]),
            "frame_gaps": seen["gaps"],
            "task_s": spent,
        }

    def ended(self, order):
        """When the upstream had said everything, in the milliseconds of the machine's clock."""
        with urllib.request.urlopen(f"{self.upstream}/records") as answer:
            found = json.load(answer)
        if order.name not in found["records"]:
            raise CommandError("The upstream was never asked.")
        return (found["records"][order.name]["ended"] + found["wall"]) / 1e6


def busy(meter):
    """Seconds that the page's main thread has worked: scripts, layout, painting."""
    metrics = {metric["name"]: metric["value"] for metric in meter.send("Performance.getMetrics")["metrics"]}
    return metrics["TaskDuration"]
