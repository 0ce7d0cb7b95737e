(function () {
  "use strict";
  var all = Array.from(document.querySelectorAll("details.router"));
  var every = Array.from(document.querySelectorAll("details"));
  var form = document.getElementById("filter");
  if (!form) { return; }
  var text = document.getElementById("filter-text");
  var level = document.getElementById("filter-risk");
  var count = document.getElementById("filter-count");
  var content = all.map(function (router) { return router.textContent.toLowerCase(); });

  function filter() {
    var words = text.value.toLowerCase().split(/\s+/);
    var found = 0;
    all.forEach(function (router, number) {
      var lacks = words.some(function (word) { return !content[number].includes(word); });
      router.hidden = lacks || !["", router.dataset.risk].includes(level.value);
      found += router.hidden ? 0 : 1;
    });
    document.querySelectorAll(".unit, .batch").forEach(function (group) {
      group.hidden = !group.querySelector("details.router:not([hidden])");
    });
    count.textContent = found + " / " + all.length;
    document.getElementById("nothing").hidden = found > 0;
  }

  function reveal() {
    var target = document.getElementById(location.hash.slice(1)) || document.body;
    if (target.closest("[hidden]")) { text.value = ""; level.value = ""; filter(); }
    if (target.matches("details")) { target.open = true; target.scrollIntoView(); }
  }

  function set(open) { all.forEach(function (router) { router.open = router.hidden ? router.open : open; }); }

  var shut = [];
  window.addEventListener("beforeprint", function () {
    shut = every.filter(function (each) { return !each.open; });
    shut.forEach(function (each) { each.open = true; });
  });
  window.addEventListener("afterprint", function () { shut.forEach(function (each) { each.open = false; }); });
  window.addEventListener("hashchange", reveal);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("input", filter);
  document.getElementById("open-all").addEventListener("click", function () { set(true); });
  document.getElementById("close-all").addEventListener("click", function () { set(false); });
  form.hidden = false;
  filter();
  reveal();
})();
