/** Loads the elements of every page and of the chat, and the keys that work everywhere. */
import "./elements/api-switch.js"
import "./elements/browser-settings.js"
import "./elements/attachment-tray.js"
import "./elements/chat-composer.js"
import "./elements/chat-log.js"
import "./elements/command-palette.js"
import "./elements/copy-button.js"
import "./elements/dictate-button.js"
import "./elements/dismiss-button.js"
import "./elements/json-answer.js"
import "./elements/keyed-button.js"
import "./elements/long-text.js"
import "./elements/message-stream.js"
import "./elements/model-picker.js"
import "./elements/parameter-panel.js"
import "./elements/preset-list.js"
import "./elements/preset-picker.js"
import "./elements/rate-gauge.js"
import "./elements/read-aloud.js"
import "./elements/request-button.js"
import "./elements/schema-editor.js"
import "./elements/schema-form.js"
import "./elements/tab-list.js"
import "./elements/token-map.js"
import "./elements/wait-until.js"
import "./lib/commands.js"
import { listen } from "./lib/keys.js"

listen(document)

// Days are grouped by the reader's clock, which only the browser knows. To find its zone takes a browser longer than all
// that is above, and only the next page needs it.
setTimeout(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  if (zone && !document.cookie.includes(`tz=${zone}`)) document.cookie = `tz=${zone}; path=/; max-age=31536000; samesite=lax`
}, 1000)
