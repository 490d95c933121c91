/* Relais: the one script. Everything works without it; it only makes things quicker to see.
   It holds no words: what it says stands in data-attributes of the page, in the reader's language. */
(() => {
  "use strict";
  const $ = (s, el = document) => el.querySelector(s), $$ = (s, el = document) => [...el.querySelectorAll(s)];
  const fill = (words, n) => (words ?? "").replace("{n}", new Intl.NumberFormat(document.documentElement.lang).format(n));

  /* How each network counts, by data-count-rule; the server counts again, the same way. */
  const seg = new Intl.Segmenter(undefined, { granularity: "grapheme" });
  const graphemes = (t) => [...seg.segment(t)].map((s) => s.segment);
  const shortened = (t) => t.replace(/https?:\/\/[^\p{White_Space}]*[^\p{White_Space}.,;:!?'"()\[\]{}«»“”‘’…]/giu, "x".repeat(23));       /* any link counts as 23 */
  const heavy = (c) => { c = c.codePointAt(); return c < 4352 || (c > 8191 && c < 8206) || (c > 8207 && c < 8224) || (c > 8241 && c < 8248) ? 1 : 2; };
  const rules = {
    characters: (t) => [...t].length,
    graphemes: (t) => graphemes(t).length,
    "graphemes-bytes": (t) => Math.max(graphemes(t).length, Math.ceil(new TextEncoder().encode(t).length / 10)),
    "little-text": (t) => [...t].length + (t.match(/[\\|{}@\[\]()<>#*_~]/g)?.length ?? 0) - (t.match(/(?<![^\p{White_Space}(\[{«“‘"'])#(?=[\p{L}\p{N}]*\p{L})/gu)?.length ?? 0),   /* each reserved character goes out with a backslash */
    "graphemes-link23": (t) => graphemes(shortened(t).replace(/(?<![\p{L}\p{N}_\/])@([a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?)@[\p{L}\p{N}.-]*[\p{L}\p{N}]/giu, "@$1")).length,
    weighted: (t) => graphemes(shortened(t.normalize("NFC"))).reduce((n, s) => n + (/\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u.test(s) ? 2 : [...s].reduce((k, c) => k + heavy(c), 0)), 0),
  };
  const trigrams = (t) => { const s = t.toLowerCase().normalize("NFD").replace(/[^a-z0-9 ]/g, ""), g = new Set(); for (let i = 0; i < s.length - 2; i++) g.add(s.slice(i, i + 3)); return g; };
  const alike = (a, b) => { const A = trigrams(a), B = trigrams(b); if (!A.size || !B.size) return 0; let n = 0; for (const g of A) if (B.has(g)) n++; return Math.round(100 * n / Math.max(A.size, B.size)); };

  /* The share panel. On the form: data-share. In it:
       textarea[name=text] · textarea[name=text_key] (other words for one account)
       [data-text]         a suggestion, its words in the attribute (button type=button)
       [data-fills=name]   a better value of a field, in data-value (button type=button)
       [data-append]       a word to add at the end (button type=button hidden)
       [data-network=key]  the checkbox of an account
       [data-preview=key]  its preview, with data-max, data-count-rule, data-link (length of the link in the text), data-added (said in the end,
                           unless it is said already); in it [data-mirror], [data-count], [data-fit] with data-fits and data-over ("{n} too many"),
                           [data-passes-on] (a checkbox: no link then, and no [data-original])
       [data-same]         the likeness notice, with data-own, data-close, data-high; in it strong, .meter, [data-same-value]
       [data-send-label]   in the button, with data-label-0, data-label-1, data-label-n ("Share on {n} accounts") */
  const said = (t, a) => (a.includes(" ") ? t.includes(a) : t.split(/\s+/).some((w) => w.replace(/^[.,;:!?…]+|[.,;:!?…]+$/g, "") === a));
  const ending = (t, a) => (!a || said(t.toLowerCase(), a.toLowerCase()) ? t : t.trim() ? t.trimEnd() + "\n\n" + a : a);
  function sharePanel(form) {
    const text = $("textarea[name=text]", form); if (!text) return;
    const ideas = $$("[data-text]", form), given = ideas.map((b) => b.dataset.text).filter(Boolean);
    const same = $("[data-same]", form), label = $("[data-send-label]", form);
    const preview = (box) => {
      const { countRule, preview: key, link, max, added } = box.dataset, words = form["text_" + key]?.value.trim() || text.value, pass = $("[data-passes-on]", box)?.checked;
      const n = (rules[countRule] ?? rules.characters)(ending(words, added)) + (pass ? 0 : +link), over = n - max, original = $("[data-original]", box);
      if (original) original.hidden = pass;
      const chosen = $(`[data-network="${key}"]`, form); box.hidden = chosen ? !chosen.checked : false;
      $("[data-mirror]", box).textContent = words; $("[data-count]", box).textContent = fill("{n}", n);
      const fit = $("[data-fit]", box); if (fit) { fit.classList.toggle("over", over > 0); fit.textContent = over > 0 ? fill(fit.dataset.over, over) : fit.dataset.fits; }
    };
    const likeness = () => {
      same.hidden = !text.value.trim();
      const v = Math.max(0, ...given.map((g) => alike(text.value, g))), value = $("[data-same-value]", same), m = $(".meter", same);
      if (value) value.textContent = v; if (m) { m.style.setProperty("--v", v); m.setAttribute("aria-valuenow", v); }
      same.classList.toggle("plum", v >= 60); same.classList.toggle("good", v < 60);
      const words = v >= 95 ? same.dataset.high : v >= 60 ? same.dataset.close : same.dataset.own, strong = $("strong", same);
      if (strong.textContent !== words) strong.textContent = words;
    };
    const draw = () => {
      $$("[data-preview]", form).forEach(preview); if (same && given.length) likeness();
      if (label) { const k = $$("[data-network]:checked", form).length; label.textContent = fill(label.getAttribute(`data-label-${k < 2 ? k : "n"}`), k); label.closest("button").disabled = !k; }
    };
    const press = (b) => { for (const o of ideas) { o.setAttribute("aria-pressed", o === b); o.classList.toggle("soft", o === b); } };
    form.addEventListener("click", (e) => {
      const b = e.target.closest("[data-text]"), f = e.target.closest("[data-fills]");
      if (b) { press(b); text.value = b.dataset.text; if (b.dataset.lang) text.lang = b.dataset.lang; text.focus(); text.dispatchEvent(new Event("input", { bubbles: true })); }
      if (f) { const field = form[f.dataset.fills]; field.value = f.dataset.value; field.focus(); field.dispatchEvent(new Event("change", { bubbles: true })); }
    });
    for (const b of $$("[data-append]", form)) { b.hidden = false; b.addEventListener("click", () => { const word = b.dataset.append; if (!text.value.split(/\s+/).includes(word)) text.value = `${text.value.trimEnd()} ${word}`.trim(); text.focus(); draw(); }); }
    form.addEventListener("input", draw); draw();
  }

  /* The composer. On the form: data-composer. In it:
       [data-networks]     the captions, with {"key": [rule, limit]}; each .caption-edit with a textarea, the select of its network
                           (none chosen: the one with least room) and [data-tally] holding [data-count] and [data-limit]
       [data-mirrors=name] shows what the field says, or data-empty; "wordings": the caption being written
       [data-focal]        the picture: a press on it fills focus_x and focus_y, which [data-crop] follow, but for those that name
                           fields of their own (crops-0: crops-0-own, -zoom, -x, -y) */
  function composer(form) {
    const count = (box, nets) => {
      const text = $("textarea", box).value.trim(), key = $("select", box).value, out = $("[data-tally]", box); if (!out) return;
      const [n, max] = (nets[key] ? [nets[key]] : Object.values(nets)).map(([rule, most]) => [(rules[rule] ?? rules.characters)(text), most]).sort((a, b) => a[1] - a[0] - b[1] + b[0])[0];
      $("[data-count]", out).textContent = fill("{n}", n); $("[data-limit]", out).textContent = fill("{n}", max); out.classList.toggle("over", n > max);
    };
    const mirror = (name, text) => { for (const el of $$(`[data-mirrors="${name}"]`, form)) { el.textContent = text || el.dataset.empty || ""; el.hidden = !el.textContent; } };
    form.addEventListener("input", (e) => {
      const box = e.target.closest(".caption-edit");
      if (box) { count(box, JSON.parse(box.closest("[data-networks]").dataset.networks)); mirror("wordings", $("textarea", box).value); } else mirror(e.target.name, e.target.value);
      if (e.target.type === "range") form[e.target.name.replace(/\w+$/, "own")].checked = true;
      for (const el of $$("[data-crop]", form)) for (const [axis, usual] of [["x", form.focus_x?.value || 50], ["y", form.focus_y?.value || 50], ["zoom", 100]]) {
        const part = form[`${el.dataset.crop}-${axis}`], own = form[el.dataset.crop + "-own"]?.checked; if (part && !own) part.value = usual;
        el.style.setProperty("--" + axis, own ? part.value : usual);
      }
    });
    form.addEventListener("keydown", (e) => { if (e.key === "Enter" && e.target.type === "search") e.preventDefault(); });      /* it looks for something, and saves nothing */
    form.addEventListener("focusin", (e) => { if (e.target.matches(".caption-edit textarea")) mirror("wordings", e.target.value); });
    form.addEventListener("click", (e) => {
      if (!e.target.matches("[data-focal]")) return; const r = e.target.getBoundingClientRect();
      form.focus_x.value = Math.round(100 * (e.clientX - r.left) / r.width); form.focus_y.value = Math.round(100 * (e.clientY - r.top) / r.height); form.focus_x.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  /* Point at a chart, read the figures: they come from the table under it. */
  function chart(fig) {
    const plot = $(".plot", fig), out = $(".readout", fig), rows = $$("tbody tr", fig), heads = $$("thead th", fig).map((h) => h.textContent); if (!plot || !rows.length) return;
    const bar = document.createElement("i"); bar.className = "cursor"; bar.hidden = true; plot.append(bar);
    plot.addEventListener("pointermove", (e) => {
      const r = plot.getBoundingClientRect(), last = Math.max(rows.length - 1, 1), i = Math.max(0, Math.min(rows.length - 1, Math.round((e.clientX - r.left) / r.width * last))), cells = [...rows[i].cells];
      out.textContent = cells[0].textContent + "  " + cells.slice(1).map((c, k) => `${heads[k]} ${c.textContent}`).join("  ·  "); out.hidden = bar.hidden = false; bar.style.insetInlineStart = `${100 * i / last}%`;
    });
    plot.addEventListener("pointerleave", () => { out.hidden = bar.hidden = true; });
  }

  /* <button type="button" hidden data-copy="text" data-copied="Copied">Copy the link</button> */
  function copy(button) {
    if (!navigator.clipboard) return;
    const label = $("[data-label]", button) ?? button, before = label.textContent; button.hidden = false; label.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => { await navigator.clipboard.writeText(button.dataset.copy); label.textContent = button.dataset.copied; setTimeout(() => { label.textContent = before; }, 3000); });
  }

  /* <button type="button" hidden data-native-share data-url="…" data-words="…" data-title="…">: the share sheet of the device, where there is one */
  function nativeShare(button) {
    const what = { url: button.dataset.url, text: button.dataset.words, title: button.dataset.title }; if (!navigator.canShare?.(what)) return;
    button.hidden = false; button.addEventListener("click", () => navigator.share(what).catch(() => {}));      /* closing the sheet is no error */
  }

  /* Some browsers leave a focused card half out of a sideways list. */
  document.addEventListener("focusin", (e) => { if (e.target.matches(":focus-visible") && e.target.closest(".captions, .strip, .tabs")) e.target.scrollIntoView({ inline: "nearest", block: "nearest" }); });

  /* One press, one request: a form that was sent says so, and does not go twice. Coming back to the page frees it. */
  document.addEventListener("submit", (e) => { const b = e.submitter; if (!b || e.defaultPrevented) return; if (b.getAttribute("aria-busy") === "true") e.preventDefault(); else setTimeout(() => b.setAttribute("aria-busy", "true")); });
  addEventListener("pageshow", () => $$("button[aria-busy=true]").forEach((b) => b.removeAttribute("aria-busy")));

  const wake = (root = document) => {
    const each = (s, f) => $$(s, root).forEach((el) => { if (!el.awake) { el.awake = true; f(el); } });
    each("[data-share]", sharePanel); each("[data-composer]", composer); each("[data-chart]", chart); each("[data-copy]", copy); each("[data-native-share]", nativeShare); each("[data-focus]", (el) => el.focus());
  };
  /* The tab one stands on is in sight, however many come before it. */
  for (const a of $$(".tabs [aria-current]")) { const t = a.closest(".tabs"), i = a.getBoundingClientRect(), o = t.getBoundingClientRect(); t.scrollLeft += i.left - o.left - (o.width - i.width) / 2; }

  wake(); document.addEventListener("htmx:after:swap", () => wake());
})();
