// Releases in the CMS: a form is sent once, a problem has the focus, and the bar of a job moves by itself.
// Without scripts the page says "Refresh", and the operation behind a button is done once all the same.
(() => {
  "use strict";
  for (const form of document.querySelectorAll("form[data-release]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) return event.preventDefault();
      form.dataset.sent = "1";
      event.submitter?.setAttribute("aria-disabled", "true");
    });
    addEventListener("pageshow", () => {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
    });
  }
  document.getElementById("problems")?.focus();

  // Certificates follow a moment after the last mark, so it looks on for a while.
  let looks = 8;
  const look = async () => {
    if (!document.querySelector("[data-job]") || (!document.querySelector("[data-refresh]") && !looks--)) return;
    try {
      const reply = await fetch(location.href, { redirect: "manual" });
      if (reply.ok) {
        const fresh = new DOMParser().parseFromString(await reply.text(), "text/html");
        for (const now of fresh.querySelectorAll("[data-job]")) {
          const old = document.getElementById(now.id);
          if (old && old.innerHTML !== now.innerHTML && !old.contains(document.activeElement)) old.replaceWith(now);
        }
      }
    } catch {
      // The network is away for a moment: the next look may reach it.
    }
    setTimeout(look, 2000);
  };
  setTimeout(look, 1000);
})();
