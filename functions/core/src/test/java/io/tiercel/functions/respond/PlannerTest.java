package io.tiercel.functions.respond;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.AlertText;
import io.tiercel.functions.config.InvalidConfiguration;
import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.respond.policy.Policies;
import io.tiercel.rules.alert.Alert;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class PlannerTest {
    private static final Enricher ENRICHER = new Enricher("", AttackTechniques.load());

    private static List<PlanStep> plan(Planner planner, ObjectNode json) {
        Alert alert = AlertText.read(json).alert();
        ResponsePlan plan = planner.plan(alert, ENRICHER.enrich(alert));
        assertEquals(ResponsePlan.DRY_RUN, plan.mode());
        return plan.steps();
    }

    private static List<String> lines(List<PlanStep> steps) {
        return steps.stream()
                .map(step ->
                        step.action() + " " + step.target() + " " + step.state().label())
                .toList();
    }

    @Test
    void a_shell_in_a_pod_notifies_and_isolates_the_pod() {
        assertEquals(
                List.of(
                        "notify every channel planned",
                        "k8s:label pod shop/cart-5f7 planned",
                        "k8s:isolate-pod pod shop/cart-5f7 planned"),
                lines(plan(Planner.withDefaultPolicies(), AlertText.shellInPod())));
    }

    @Test
    void steps_without_an_identified_target_are_skipped() {
        String missing = "k8s:isolate-pod null skipped";
        for (String hostile : List.of("", "../kube-system", "a b", "A", "-x")) {
            ObjectNode alert = AlertText.with(AlertText.shellInPod(), "k8s.ns.name", hostile);
            assertTrue(lines(plan(Planner.withDefaultPolicies(), alert)).contains(missing), hostile);
        }
        ObjectNode critical = AlertText.shadowRead().put("priority", "critical");
        assertTrue(lines(plan(Planner.withDefaultPolicies(), critical)).contains("ec2:isolate null skipped"));
        assertTrue(lines(plan(
                        Planner.withDefaultPolicies(),
                        AlertText.with(critical, "ec2.instance.id", "i-0123456789abcdef0")))
                .contains("ec2:isolate instance i-0123456789abcdef0 planned"));
    }

    @Test
    void an_alert_that_matches_no_policy_has_an_empty_plan() {
        assertEquals(
                List.of(),
                plan(Planner.withDefaultPolicies(), AlertText.shadowRead().put("priority", "debug")));
    }

    @ParameterizedTest
    @CsvSource({
        "'rules: [Sensitive file read by untrusted program]', true",
        "'rules: [Other]', false",
        "'tags: [x, host]', true",
        "'tags: [x]', false",
        "'tactics: [Credential Access]', true",
        "'tactics: [Impact]', false",
        "'techniques: [T1003]', true",
        "'techniques: [T100]', false",
        "'container: false', true",
        "'container: true', false",
        "'condition: proc.name = python3 and rule contains file', true",
        "'condition: enrich.instance.vpc = vpc-1', false",
        "'condition: not enrich.instance.vpc = vpc-1', true",
        "'condition: incident.count > 0', false",
        "'{priority: warning, tags: [host]}', true",
        "'{priority: error, tags: [host]}', false"
    })
    void all_given_criteria_must_match(String match, boolean expected) {
        Policies policies = Policies.parse(
                "p.yaml", "- policy: P\n  desc: D\n  match:\n    " + match + "\n  actions: [notify, notify]\n");
        Planner planner = new Planner(() -> policies);
        assertEquals(expected ? 1 : 0, plan(planner, AlertText.shadowRead()).size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        policy: x                                                        | p.yaml:1:1: expected a list
        '- policy: x'                                                    | p.yaml:1:3: desc is missing
        '- {policy: x, desc: d, match: {priority: hot}, actions: []}'    | p.yaml:1:42: unknown priority; use one of
        '- {policy: x, desc: d, match: {}, actions: [notify]}'           | match is empty
        '- {policy: x, desc: d, match: {tags: t}, actions: [notify]}'    | expected a list; write [a, b]
        '- {policy: x, desc: d, match: {tags: [t]}, actions: [shoot]}'   | unknown action "shoot"; use one of k8s:isolate-pod
        '- {policy: x, desc: d, match: {tag: [t]}, actions: [notify]}'   | unknown key "tag"; use one of condition, container
        '- {policy: x, policy: y}'                                       | p.yaml:1:15: duplicate key policy
        '- {policy: x, desc: d, match: {condition: a.b = c}, actions: []}' | unknown field a.b
        '- {policy: x, desc: d, match: {priority: error}, actions: [], mode: yes}' | use one of dry-run, approve, auto
        '- {policy: x, desc: d, match: {priority: error}, actions: [], time_limit: 4}' | e.g. 4h
        '- {policy: x, desc: d, match: {priority: error}, actions: [], time_limit: 400d}' | from 1s to 90d
        '- {policy: x, desc: d, match: {priority: error}, actions: [lambda:invoke]}' | lambda:invoke requires function
        '- {policy: x, desc: d, match: {priority: error}, actions: [k8s:scale: {replicas: -1}]}' | from 0 to 10000
        '- {policy: x, desc: d, match: {priority: error}, actions: [k8s:scale: {size: 1}]}' | unknown key "size"; use one of approval, replicas
        '- {policy: x, desc: d, match: {priority: error}, actions: [], cap: {per: enrich.x}}' | unknown field enrich.x
        '- guards: {caps: 1}' | unknown key "caps"; use one of cap, exclude
        '- [a'                                                           | p.yaml:1:
        '- {policy: x, desc: d, match: {container: maybe}, actions: []}' | write true or false
        """)
    void errors_name_the_position_the_problem_and_the_correction(String yaml, String message) {
        InvalidConfiguration invalid = assertThrows(InvalidConfiguration.class, () -> Policies.parse("p.yaml", yaml));
        assertTrue(String.valueOf(invalid.getMessage()).contains(message), invalid.getMessage());
    }
}
