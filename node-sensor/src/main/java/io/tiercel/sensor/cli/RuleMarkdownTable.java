package io.tiercel.sensor.cli;

import io.tiercel.rules.engine.Rule;
import java.util.List;
import java.util.SortedSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A Markdown table of rules: description, ATT&CK techniques, and fields for exceptions. */
final class RuleMarkdownTable {
    private static final Pattern TECHNIQUE = Pattern.compile("T[0-9]{4}(\\.[0-9]{3})?");

    /**
     * Fields that distinguish legitimate activity, if the condition of a rule uses them: the fields of an exception.
     */
    private static final List<String> EXCEPTION_FIELDS = List.of(
            "proc.name",
            "proc.pname",
            "proc.exepath",
            "proc.args",
            "fd.name",
            "fd.sip",
            "fd.sport",
            "evt.arg.path",
            "evt.arg.name",
            "evt.arg.filename",
            "evt.arg.addr",
            "user.name",
            "container.image.repository",
            "k8s.ns.name");

    private RuleMarkdownTable() {}

    static String markdown(List<Rule> rules) {
        StringBuilder table = new StringBuilder("""
                | Rule | Priority | Detects | ATT&CK | Fields for an exception |
                |---|---|---|---|---|
                """);
        for (Rule rule : rules) {
            table.append("| ")
                    .append(rule.name())
                    .append(" | ")
                    .append(rule.priority().label())
                    .append(rule.enabled() ? "" : ", off")
                    .append(" | ")
                    .append(rule.description().strip().replaceAll("\\s+", " ").replace("|", "\\|"))
                    .append(" | ")
                    .append(techniques(rule))
                    .append(" | ")
                    .append(fields(rule))
                    .append(" |\n");
        }
        return table.toString();
    }

    private static String techniques(Rule rule) {
        return rule.tags().stream()
                .filter(tag -> TECHNIQUE.matcher(tag).matches())
                .collect(Collectors.joining(", "));
    }

    private static String fields(Rule rule) {
        SortedSet<String> conditionFields = ConditionFields.of(rule.syntax());
        String fields = EXCEPTION_FIELDS.stream()
                .filter(conditionFields::contains)
                .map(field -> "`" + field + "`")
                .collect(Collectors.joining(", "));
        return fields.isEmpty() ? "`proc.name`" : fields;
    }
}
