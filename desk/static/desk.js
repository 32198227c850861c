// Drop, paste and keys. Everything works without this file; it only saves hands.
"use strict";
(() => {
  const files = [];
  const input = document.getElementById("images");
  const drop = document.getElementById("drop");
  const chosen = document.getElementById("chosen");

  const show = () => {
    const carrier = new DataTransfer();
    files.forEach((file) => carrier.items.add(file));
    input.files = carrier.files;
    chosen.replaceChildren(...files.map((file, at) => {
      const item = document.createElement("li");
      item.textContent = `${file.name} (${Math.max(1, Math.round(file.size / 1024))} KB) `;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "plain";
      button.textContent = "×";
      button.setAttribute("aria-label", `移除 / remove ${file.name}`);
      button.addEventListener("click", () => { files.splice(at, 1); show(); });
      item.append(button);
      return item;
    }));
  };
  const add = (list) => {
    [...list].filter((file) => file.type.startsWith("image/")).forEach((file) => files.push(file));
    show();
  };

  if (input && drop && chosen) {
    input.addEventListener("change", () => { files.length = 0; add(input.files); });
    const folder = document.getElementById("folder");
    folder.addEventListener("change", () => { const list = [...folder.files]; folder.value = ""; add(list); });
    ["dragenter", "dragover"].forEach((name) => drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    }));
    drop.addEventListener("dragleave", () => drop.classList.remove("over"));
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      drop.classList.remove("over");
      if (event.dataTransfer.files.length) add(event.dataTransfer.files);
      else document.getElementById("question").value += event.dataTransfer.getData("text/plain");
    });
    document.addEventListener("paste", (event) => {
      if (event.clipboardData && event.clipboardData.files.length) {
        event.preventDefault();
        add(event.clipboardData.files);
      }
    });
    document.getElementById("question").addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form.requestSubmit();
    });
  }

  // A refusal is shown where the answer would be.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status >= 400 && event.detail.xhr.status < 500) event.detail.shouldSwap = true;
  });

  document.querySelectorAll("button[data-copy]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const from = document.getElementById(button.dataset.copy);
      from.select();
      if (navigator.clipboard) await navigator.clipboard.writeText(from.value);
      else document.execCommand("copy");
      button.textContent = button.dataset.done;
    });
  });

  const items = [...document.querySelectorAll("#items .item")];
  let at = -1;
  const go = (step) => {
    if (!items.length) return;
    if (at >= 0) items[at].classList.remove("on");
    at = Math.min(Math.max(at + step, 0), items.length - 1);
    items[at].classList.add("on");
    items[at].querySelector("a.mono").focus();
    items[at].scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "j") go(1);
    else if (event.key === "k") go(-1);
    else if (event.key === "/") { event.preventDefault(); location.assign("/"); }
    else if (event.key === "c" && at >= 0) { const claim = items[at].querySelector("button.claim"); if (claim) claim.click(); }
  });
})();
