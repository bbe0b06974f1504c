// doccano's annotator, as doccano has it: overlapping spans allowed, a colour for each label.
import VAnnotator from "v-annotator";
import Vue from "vue";
import "v-annotator/dist/v-annotator.css";

const { text, labels, spans } = JSON.parse(document.getElementById("data").textContent);
const entity = ({ start, end, label }, id) => ({
  id,
  label: labels.indexOf(label),
  startOffset: start,
  endOffset: end,
  user: 0,
});
const page = new Vue({
  el: "#article",
  data: { entities: spans.map(entity) },
  render(create) {
    const entityLabels = labels.map((name, id) => ({
      id,
      text: name,
      color: `hsl(${id * 60} 80% 60%)`,
    }));
    return create(VAnnotator, {
      props: { text, entities: this.entities, entityLabels, allowOverlapping: true },
    });
  },
});

globalThis.addSpan = (span) => page.entities.push(entity(span, page.entities.length));
