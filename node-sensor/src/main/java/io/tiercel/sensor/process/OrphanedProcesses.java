package io.tiercel.sensor.process;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Processes whose parent was unknown at their exec, by the key of the parent's lookup. */
final class OrphanedProcesses {
    /** The maximum number of unknown parents, and of children of each, that are linked when the parent is known. */
    private static final int MAX_PARENTS = 1024;

    private static final int MAX_CHILDREN = 64;

    private final ProcessTable processes;
    private final Map<String, List<ProcessInfo>> byParent = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, List<ProcessInfo>> eldest) {
            return size() > MAX_PARENTS;
        }
    };

    OrphanedProcesses(ProcessTable processes) {
        this.processes = processes;
    }

    /** Adds a process with a {@link ProcessInfo#missingParentPid}. */
    void add(ProcessInfo p) {
        List<ProcessInfo> siblings =
                byParent.computeIfAbsent(LookupRecord.processKey(p.missingParentPid), key -> new ArrayList<>());
        if (siblings.size() < MAX_CHILDREN) {
            siblings.add(p);
        }
    }

    /** Sets the parent of the processes that ran before their parent was known, and removes them. */
    void link(ProcessInfo parent) {
        List<ProcessInfo> children = byParent.isEmpty() ? null : byParent.remove(LookupRecord.processKey(parent.pid));
        if (children != null) {
            for (ProcessInfo child : children) {
                if (processes.get(child.pid) == child && child.missingParentPid == parent.pid) {
                    child.setParent(parent);
                    child.missingParentPid = 0;
                    if (child.historyText().isEmpty()) {
                        processes.addToHistory(child, parent.historyText(), parent.execName);
                    }
                }
            }
        }
    }

    /** Removes the processes that wait for a lookup. */
    void remove(String lookupKey) {
        byParent.remove(lookupKey);
    }
}
