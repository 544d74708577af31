/// The report's own script: sorting of tables, and what the pointer is over.
///
/// Without it everything can still be read; titles show the same on hovering.
enum PageScript {
    static let source = """
        "use strict";
        for (const table of document.querySelectorAll("table.sortable")) {
          const heads = [...table.tHead.rows[0].cells];
          heads.forEach((head, column) => {
            const button = head.querySelector("button");
            if (!button) return;
            button.addEventListener("click", () => {
              const up = head.getAttribute("aria-sort") !== "ascending";
              heads.forEach(other => other.removeAttribute("aria-sort"));
              head.setAttribute("aria-sort", up ? "ascending" : "descending");
              const value = row => row.cells[column].dataset.sort ?? row.cells[column].textContent;
              const rows = [...table.tBodies[0].rows].sort((left, right) => {
                const [a, b] = [value(left), value(right)];
                const order = a === "" ? 1 : b === "" ? -1
                  : isNaN(a) || isNaN(b) ? a.localeCompare(b) : a - b;
                return a === "" || b === "" ? order : up ? order : -order;
              });
              table.tBodies[0].append(...rows);
            });
          });
        }
        for (const box of document.querySelectorAll(".chart-box")) {
          const readout = box.parentElement.querySelector(".readout");
          const idle = readout.textContent;
          box.addEventListener("pointerover", event => {
            const title = event.target.closest("path,g,rect")?.querySelector("title");
            if (title) readout.textContent = title.textContent.replaceAll("\\n", " · ");
          });
          box.addEventListener("pointerleave", () => { readout.textContent = idle; });
        }
        const open = () => {
          const target = location.hash && document.getElementById(location.hash.slice(1));
          for (const part of target ? target.querySelectorAll("details") : []) part.open = true;
        };
        addEventListener("hashchange", open);
        open();

        """
}
