// doccano's annotator, as doccano has it: overlapping spans allowed, a colour for each label.
import annotator from "v-annotator";
import Vue from "vue";
import "v-annotator/dist/v-annotator.css";

const { text, labels, spans } = JSON.parse(document.getElementById("data").textContent);
const entity = ({ start, end, label }, id) => ({
  id,
  label: labels.includes(label) ? labels.indexOf(label) : labels.length,
  startOffset: start,
  endOffset: end,
  user: 0,
});
const page = new Vue({
  el: "#article",
  data: { entities: spans.map(entity) },
  render(create) {
    const entityLabels = [...labels, "made"].map((name, id) => ({
      id,
      text: name,
      color: name === "made" ? "black" : `hsl(${id * 60} 80% 60%)`,
    }));
    return create(annotator.default, {
      props: { text, entities: this.entities, entityLabels, allowOverlapping: true },
    });
  },
});

// What is made by a key is told by its colour.
globalThis.addSpan = (span) => {
  page.entities = [...page.entities, entity(span, page.entities.length)];
};
