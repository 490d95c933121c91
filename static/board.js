/* The editorial board. Dragging is a shortcut: it sends the same form that the ticket's own menu sends, and the ticket goes back
   when the server says no. Words come from the server, in the reader's language. */
(() => {
  "use strict";
  const board = document.querySelector("[data-kanban]"); if (!board) return;
  const said = document.querySelector("[data-said]");
  const laneOf = (name) => board.querySelector(`[data-lane="${CSS.escape(name)}"]`);
  const near = { inline: "nearest", block: "nearest" };
  const say = (words, kind) => { const p = document.createElement("p"); p.className = `notice ${kind}`; p.textContent = words; said.replaceChildren(p); };
  const count = (lane, by) => {
    const shown = lane?.closest("section").querySelector("[data-n]"); if (!shown) return;
    shown.dataset.n = Number(shown.dataset.n) + by; shown.textContent = new Intl.NumberFormat(document.documentElement.lang).format(shown.dataset.n);
  };
  const renew = (ticket, html) => { const t = document.createElement("template"); t.innerHTML = html; const fresh = t.content.querySelector("li"); ticket.replaceWith(fresh); return fresh; };

  async function move(ticket, to, from, undo) {
    const form = ticket.querySelector("[data-move]"), words = new FormData(form); words.set("to", to);
    const focused = ticket.contains(document.activeElement), back = () => { undo(); ticket.scrollIntoView(near); };
    ticket.setAttribute("aria-busy", "true");
    let answer, body;
    try { answer = await fetch(form.action, { method: "POST", headers: { Accept: "application/json" }, body: words }); body = await answer.json(); }
    catch { back(); say(board.dataset.failed, "bad"); return; }
    finally { ticket.removeAttribute("aria-busy"); }
    if (!answer.ok) { back(); say(body.detail, "bad"); if (focused) ticket.querySelector("select").focus(); return; }
    if (body.go) { undo(); location.assign(body.go); return; }
    const lane = laneOf(body.standing), fresh = renew(ticket, body.ticket);
    count(from, -1); count(lane, 1); say(body.said, "good");
    if (!lane) fresh.remove(); else if (fresh.parentElement !== lane) lane.prepend(fresh);
    if (focused && lane) { fresh.querySelector("select").focus(); fresh.scrollIntoView(near); }
  }

  board.addEventListener("submit", (e) => {
    if (!e.target.matches("[data-move]")) return;
    e.preventDefault();
    const ticket = e.target.closest("li"), to = e.target.elements.to.value;
    if (to) move(ticket, to, ticket.closest("[data-lane]"), () => {}); else e.target.elements.to.focus();
  });

  if (window.Sortable) for (const lane of board.querySelectorAll("[data-lane]")) Sortable.create(lane, {
    group: "board", sort: false, draggable: ".ticket:not(.fixed)", filter: "select,button,input,label", preventOnFilter: false, delay: 150, delayOnTouchOnly: true,
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 150,
    forceAutoScrollFallback: true, scroll: board, scrollSensitivity: 90, scrollSpeed: 14,      /* near its edge the board scrolls on under the ticket */
    onStart: () => { board.style.minHeight = `${board.offsetHeight}px`; board.classList.add("dragging"); },      /* a column takes tickets over its whole height, also when the tallest one is left */
    onEnd: ({ item, from, to, oldIndex }) => { board.style.minHeight = ""; board.classList.remove("dragging"); if (from !== to) move(item, to.dataset.lane, from, () => from.insertBefore(item, from.children[oldIndex] ?? null)); },
  });

  document.addEventListener("focusin", (e) => { if (e.target.matches(":focus-visible") && e.target.closest(".ticket")) e.target.scrollIntoView(near); });
})();
