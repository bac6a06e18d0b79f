package io.tiercel.rules.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.tiercel.rules.condition.ConditionPrinter;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Load codes and semantics that the conformance cases do not cover. */
@Tag("unit")
class LoadCodesTest {
    private static final String MORE = "  desc: d\n  output: o\n  priority: INFO\n";
    private static final String BASE = rule("evt.type=close and proc.name=cat");

    private static String rule(String condition) {
        return "- rule: Base\n" + MORE + "  condition: " + condition + "\n";
    }

    private static LoadResult load(String text) {
        return new RuleLoader(LoadOptions.defaults().withAppendOutput(List.of()))
                .load(List.of(new RuleSource.Text("r.yaml", text)));
    }

    /** Returns the codes of the result, separated by spaces. */
    private static String codes(String text) {
        LoadResult result = load(text);
        Problem error = result.files().getFirst().error();
        if (error != null) {
            return error.code().name();
        }
        TreeSet<String> codes = new TreeSet<>();
        result.warnings().forEach(warning -> codes.add(warning.code().name()));
        return String.join(" ", codes);
    }

    private static String expanded(String text) {
        LoadResult result = load(text);
        assertNotNull(result.rules(), () -> LoadReport.text(result));
        return ConditionPrinter.print(result.rules().rules().getFirst().syntax());
    }

    @Test
    void warnings() {
        assertEquals("LOAD_UNKNOWN_ITEM", codes("- x: y\n"));
        assertEquals("LOAD_UNKNOWN_SOURCE", codes(BASE + "  source: k8s_audit\n"));
        assertEquals(
                "LOAD_UNUSED_LIST LOAD_UNUSED_MACRO",
                codes("- list: l\n  items: []\n- macro: m\n  condition: a.b exists\n"));
        assertEquals("LOAD_INVALID_LIST_NAME LOAD_UNUSED_LIST", codes("- list: a b\n  items: []\n"));
        assertEquals("LOAD_INVALID_MACRO_NAME LOAD_UNUSED_MACRO", codes("- macro: 1a\n  condition: evt.type=open\n"));
        assertEquals("LOAD_DEPRECATED_ITEM", codes(BASE + "- rule: Base\n  enabled: false\n"));
        assertEquals("LOAD_DEPRECATED_ITEM", codes(BASE.replace("output: o", "output: o %container.info")));
        assertEquals("LOAD_DEPRECATED_ITEM", codes(BASE.replace("proc.name=cat", "evt.dir=<")));
        assertEquals("LOAD_DEPRECATED_ITEM", codes(BASE.replace("output: o", "output: o %evt.latency.human")));
        assertEquals(
                "LOAD_UNKNOWN_FILTER",
                codes(BASE.replace("output: o", "output: 50%%") + "  skip-if-unknown-filter: y\n"));
        assertEquals(
                "LOAD_UNKNOWN_FILTER", codes(rule("evt.type in (close, nosuch)") + "  skip-if-unknown-filter: true\n"));
        assertEquals(
                "LOAD_UNKNOWN_FILTER LOAD_UNSAFE_NA_CHECK",
                codes(rule("ka.verb = \"<NA>\"") + "  skip-if-unknown-filter: true\n"));
        assertEquals("LOAD_COMPILE_CONDITION", codes(BASE.replace("=cat", "=proc.pname")));
        assertEquals("LOAD_COMPILE_CONDITION", codes(BASE.replace("=cat", " regex cat.*")));
        assertEquals("", codes(rule("evt.num > 0") + "  warn_evttypes: false\n"));
        assertEquals(
                "LOAD_APPEND_NO_VALUES",
                codes(BASE + "  exceptions: [{name: e, fields: [proc.name], values: [[x]]}]\n"
                        + "- rule: Base\n  exceptions: [{name: e}]\n  override: {exceptions: append}\n"));
    }

    /** The functions have the same limits ({@link io.tiercel.rules.alert.AlertLimits}), so such a rule could never raise an incident. */
    @Test
    void rulesWhoseAlertsTheFunctionsWouldRefuse() {
        assertEquals("", codes(BASE.replace("Base", "n".repeat(512))));
        assertEquals("LOAD_UNDELIVERABLE_ALERTS", codes(BASE.replace("Base", "n".repeat(513))));
        assertEquals("LOAD_UNDELIVERABLE_ALERTS", codes(BASE.replace("Base", "\"  \"")));
        String output = "output: " + "x".repeat(262_100);
        assertEquals("", codes(BASE.replace("output: o", output)));
        assertEquals(
                "LOAD_UNDELIVERABLE_ALERTS",
                codes(BASE.replace("output: o", output) + "  tags: [" + "t".repeat(100) + "]\n"));
        Problem warning =
                load("\n\n" + BASE.replace("Base", "n".repeat(600))).warnings().getFirst();
        assertEquals(
                "r.yaml:3", warning.location().file() + ":" + warning.location().line());
        assertEquals(
                "the name of the rule has 600 characters; the functions reject all its alerts, because the maximum is 512",
                warning.message());
    }

    @Test
    void errors() {
        assertEquals("LOAD_ERR_YAML_PARSE", codes("- rule: \"a\n"));
        assertEquals("LOAD_ERR_YAML_PARSE", codes("- a\n\t- b\n"));
        assertEquals("LOAD_ERR_YAML_PARSE", codes(BASE + "---\n- {\n"));
        assertEquals("LOAD_ERR_YAML_VALIDATE", codes("a: b\n"));
        assertEquals("LOAD_ERR_YAML_VALIDATE", codes("- a\n"));
        assertEquals("LOAD_ERR_YAML_VALIDATE", codes("- required_engine_version:\n"));
        assertEquals("LOAD_ERR_YAML_VALIDATE", codes("- list: l\n  items: x\n"));
        assertEquals("LOAD_ERR_YAML_VALIDATE", codes("- list: l\n  items: [[x]]\n"));
        assertEquals("LOAD_ERR_YAML_VALIDATE", codes("- list: l\n  items: [x]\n  append: 1\n"));
        assertEquals(
                "LOAD_ERR_YAML_VALIDATE",
                codes("- list: l\n  items: [x]\n  append: true\n  override: {items: append}\n"));
        assertEquals("LOAD_ERR_YAML_VALIDATE", codes(BASE + "  capture_duration: -1\n"));
        assertEquals(
                "LOAD_ERR_YAML_VALIDATE",
                codes(BASE + "- rule: Base\n  desc: x\n  output: y\n  override: {desc: replace}\n"));
        assertEquals("LOAD_ERR_YAML_VALIDATE", codes(BASE + "- rule: Base\n  override: {desc: replace}\n"));
        assertEquals("LOAD_ERR_VALIDATE", codes("- rule: x\n  desc: x\n  output: y\n  override: {desc: append}\n"));
        assertEquals("LOAD_ERR_VALIDATE", codes("- rule: x\n  enabled: true\n"));
        assertEquals("LOAD_ERR_VALIDATE", codes("- list: l\n  items: []\n  override: {items: append}\n"));
        assertEquals("LOAD_ERR_VALIDATE", codes(BASE + "- rule: Base\n  append: true\n  tags: [x]\n"));
        assertEquals("LOAD_ERR_VALIDATE", codes(BASE + BASE + "  source: other\n"));
        assertEquals("LOAD_ERR_VALIDATE", codes("- required_plugin_versions:\n  - {name: a, version: one}\n"));
        assertEquals("LOAD_ERR_YAML_VALIDATE", codes("- required_plugin_versions:\n  - {name: a}\n"));
        assertEquals(
                "LOAD_ERR_VALIDATE",
                codes("- macro: a\n  condition: b\n- macro: b\n  condition: evt.type=open\n" + BASE));
        assertEquals(
                "LOAD_ERR_VALIDATE",
                codes(
                        "- macro: a\n  condition: evt.type=open\n- macro: b\n  condition: a\n- macro: a\n  condition: b\n"));
    }

    @Test
    void errorsInExceptions() {
        String head = BASE + "  exceptions:\n  - name: e\n    fields: ";
        assertEquals("LOAD_ERR_VALIDATE", codes(head + "[proc.nosuch]\n"));
        assertEquals("LOAD_ERR_VALIDATE", codes(head + "proc.name\n    comps: startswith\n    values: [x]\n"));
        assertEquals("LOAD_ERR_VALIDATE", codes(head + "[proc.name]\n    comps: in\n"));
        assertEquals("LOAD_ERR_YAML_VALIDATE", codes(head + "['']\n"));
        assertEquals("LOAD_ERR_YAML_VALIDATE", codes(head + "[proc.name]\n    values: x\n"));
        assertEquals(
                "LOAD_ERR_COMPILE_CONDITION", codes(head + "[proc.name]\n    comps: [exists]\n    values: [[x]]\n"));
        assertEquals("", codes(head + "[proc.nosuch]\n" + "  source: other\n").replace("LOAD_UNKNOWN_SOURCE", ""));
    }

    @Test
    void exceptionValuesCanBeListsAndQuoted() {
        assertEquals(
                "((evt.type = close and proc.name = cat) and not (proc.name in (a, b) and fd.name in (c, \"d e\")"
                        + " and proc.pname = \"x y\"))",
                expanded("- list: l\n  items: [a, b]\n" + BASE + "  exceptions:\n  - name: e\n"
                        + "    fields: [proc.name, fd.name, proc.pname]\n    comps: [in, in, =]\n"
                        + "    values: [[l, [c, d e], x y]]\n"));
        assertEquals(
                "((evt.type = close and proc.name = cat) and not (proc.aname[2] in (x) and fd.name startswith anyof (y)))",
                expanded(BASE + "  exceptions:\n  - name: e\n    fields: ['proc.aname[2]', fd.name]\n"
                        + "    comps: [in, startswith anyof]\n    values: [[(x), y]]\n"));
    }

    @Test
    void listsAreSubstitutedWhereTheyAreWholeWords() {
        String list = "- list: l\n  items: [a, '\"b c\"', d e]\n";
        assertEquals(
                "(evt.type = close and proc.name in (a, \"b c\", \"d e\", x))",
                expanded(list + rule("evt.type=close and proc.name in (l,x)")));
        assertEquals(
                "(evt.type = close and proc.name in (l))",
                expanded(list + rule("evt.type=close and proc.name in (\"l\")")));
        assertEquals(
                "(evt.type = close and proc.name in ())",
                expanded("- list: e\n  items: []\n" + rule("evt.type=close and proc.name in (e)")));
        assertEquals(
                "(evt.type = close and proc.name in (x, y))",
                expanded("- list: e\n  items: []\n- list: f\n  items: []\n"
                        + rule("evt.type=close and proc.name in (e, x, f, y, e)")));
    }

    @Test
    void nestedListsAreExpandedOnceAndThenByLaterLists() {
        assertEquals(
                "(evt.type = close and proc.name in (x, y))",
                expanded("- list: c\n  items: [b, y]\n- list: b\n  items: [a]\n- list: a\n  items: [x]\n"
                        + rule("evt.type=close and proc.name in (c)")));
        // In the other order the inner list is expanded only one level deep, as in Falco.
        assertEquals(
                "(evt.type = close and proc.name in (a))",
                expanded("- list: a\n  items: [x]\n- list: b\n  items: [a]\n- list: c\n  items: [b]\n"
                        + rule("evt.type=close and proc.name in (c)")));
    }

    @Test
    void anAppendToAMacroChangesItsUsers() {
        assertEquals(
                "(evt.type = close and ((proc.name = x or proc.name = y) and fd.num = 1))",
                expanded("- macro: m\n  condition: proc.name=x\n- macro: n\n  condition: m and fd.num=1\n"
                        + rule("evt.type=close and n")
                        + "- macro: m\n  condition: or proc.name=y\n  append: yes\n"));
    }
}
