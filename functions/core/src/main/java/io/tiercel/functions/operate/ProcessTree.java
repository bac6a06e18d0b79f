package io.tiercel.functions.operate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The processes of an incident's alerts and their ancestors. Kernels reuse process ids, so the start time is a part of the key. */
final class ProcessTree {
    private static final int MAX_PROCESSES = 60;
    private static final int MAX_ANCESTORS = 32;
    private static final List<String> TEXTS = List.of("pid", "name", "exe", "cmdline", "user", "startTime");

    private final Map<String, Process> roots = new LinkedHashMap<>();
    private int size;
    private boolean complete = true;

    private static final class Process {
        private final JsonNode facts;
        private final Map<String, Process> children = new LinkedHashMap<>();
        private int alerts;

        Process(JsonNode facts) {
            this.facts = facts;
        }
    }

    private ProcessTree() {}

    /**
     * Returns the tree of alerts: the rows from top to bottom, a parent before its children, and whether there are all of them. A row has
     * the number of its ancestors in the tree ({@code depth}), the index of its parent's row, and the number of alerts about it.
     */
    static ObjectNode of(JsonNode alerts) {
        ProcessTree tree = new ProcessTree();
        alerts.forEach(alert -> tree.add(lineage(alert)));
        ObjectNode view = JsonNodeFactory.instance.objectNode();
        ArrayNode rows = view.putArray("rows");
        tree.roots.values().forEach(root -> place(root, 0, null, rows));
        return view.put("complete", tree.complete);
    }

    /** Returns the process of the alert and its ancestors, nearest first. Sensors without lineage send the process only, as fields. */
    private static List<JsonNode> lineage(JsonNode alert) {
        List<JsonNode> lineage = new ArrayList<>();
        JsonNode ancestors = alert.path("context").path("ancestors");
        JsonNode fields = alert.path("output_fields");
        String pid = IncidentStory.text(fields, "proc.pid");
        String name = IncidentStory.text(fields, "proc.name");
        JsonNode nearest = ancestors.path(0);
        boolean included = !ancestors.isEmpty()
                && (pid.isEmpty()
                        ? IncidentStory.text(nearest, "name").equals(name)
                        : IncidentStory.text(nearest, "pid").equals(pid));
        if (!included && !name.isEmpty()) {
            lineage.add(JsonNodeFactory.instance
                    .objectNode()
                    .put("pid", pid)
                    .put("name", name)
                    .put("cmdline", IncidentStory.text(fields, "proc.cmdline"))
                    .put("user", IncidentStory.text(fields, "user.name")));
        }
        for (JsonNode ancestor : ancestors) {
            if (lineage.size() < MAX_ANCESTORS) {
                lineage.add(ancestor);
            }
        }
        return lineage;
    }

    private void add(List<JsonNode> lineage) {
        Map<String, Process> level = roots;
        Process last = null;
        for (JsonNode facts : lineage.reversed()) {
            String key = IncidentStory.text(facts, "pid") + "/" + IncidentStory.text(facts, "startTime") + "/"
                    + IncidentStory.text(facts, "name");
            Process process = level.get(key);
            if (process == null) {
                if (size >= MAX_PROCESSES) {
                    complete = false;
                    return;
                }
                process = new Process(facts);
                level.put(key, process);
                size++;
            }
            last = process;
            level = process.children;
        }
        if (last != null) {
            last.alerts++;
        }
    }

    private static void place(Process process, int depth, @Nullable Integer parent, ArrayNode rows) {
        int index = rows.size();
        ObjectNode row = rows.addObject();
        TEXTS.forEach(text -> row.put(text, IncidentStory.text(process.facts, text)));
        row.put("depth", depth).put("parent", parent).put("alerts", process.alerts);
        process.children.values().forEach(child -> place(child, depth + 1, index, rows));
    }
}
