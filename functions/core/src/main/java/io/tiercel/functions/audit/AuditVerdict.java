package io.tiercel.functions.audit;

import java.util.List;
import java.util.stream.Collectors;

/** The result of verifying a log. */
public sealed interface AuditVerdict {
    /** Returns the result as text: one line, or one line per finding. */
    String description();

    /**
     * Every entry is unchanged, and every anchor matches the log.
     *
     * @param chains number of chains
     * @param entries number of entries
     * @param anchors number of anchors
     * @param root the root of the newest anchor; empty if there is no anchor
     */
    record Intact(long chains, long entries, long anchors, String root) implements AuditVerdict {
        @Override
        public String description() {
            return "intact: " + counted(entries, "entry", "entries") + " in " + counted(chains, "chain", "chains")
                    + ", " + (anchors == 0 ? "no anchor" : counted(anchors, "anchor", "anchors") + ", root " + root);
        }
    }

    /**
     * Something was changed, removed or added.
     *
     * @param findings the first findings, each with its chain and entry, or its anchor; not empty
     * @param total number of all findings
     */
    record Broken(List<String> findings, long total) implements AuditVerdict {
        public Broken {
            findings = List.copyOf(findings);
        }

        @Override
        public String description() {
            String lines =
                    findings.stream().map(finding -> "BROKEN: " + finding).collect(Collectors.joining("\n"));
            return total == findings.size() ? lines : lines + "\nand " + (total - findings.size()) + " more";
        }
    }

    /**
     * The time was too short for the whole log. The next call continues.
     *
     * @param chains number of chains verified so far
     * @param entries number of entries verified so far
     * @param anchors number of anchors verified so far
     * @param findings number of findings so far
     */
    record Unfinished(long chains, long entries, long anchors, long findings) implements AuditVerdict {
        @Override
        public String description() {
            return "unfinished: " + counted(entries, "entry", "entries") + " in " + counted(chains, "chain", "chains")
                    + " and " + counted(anchors, "anchor", "anchors") + " verified, "
                    + counted(findings, "finding", "findings") + "; call again to continue";
        }
    }

    private static String counted(long number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }
}
