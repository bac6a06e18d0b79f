package io.tiercel.functions.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class ResponsesCommandTest {
    @TempDir
    private Path folder;

    private record Result(int status, String out, String err) {}

    private static Result run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = new ResponsesCommand(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8))
                .run(List.of(arguments));
        return new Result(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private static String alert(int number, String pod) {
        return """
            {"id":"node-7/5a1c0f3e-0d5c-4d8e-9b39-0f1d5a2f7c11/%d","hostname":"node-7","output":"a shell",
             "output_fields":{"container.id":"3ad7b26ded6d","container.image.repository":"shop/%s","container.name":"c",
             "k8s.ns.name":"shop","k8s.pod.name":"%s","proc.exepath":"/bin/sh"},"priority":"Warning",
             "rule":"Shell","source":"syscall","tags":["T1059"],"time":"2026-01-01T00:00:00.000000000Z"}
            """.formatted(number, pod, pod).replace("\n", "") + "\n";
    }

    @Test
    void reports_the_position_of_an_error() throws IOException {
        assertEquals(0, run("check").status());
        String invalid = file("p.yaml", "- policy: x\n  desc: d\n  match: {priority: error}\n  actions: [shoot]\n");
        Result result = run("check", invalid);
        assertEquals(1, result.status());
        assertTrue(result.err().contains("p.yaml:4:13: unknown action \"shoot\"; use one of"), result.err());
        assertEquals(1, run("check", folder.resolve("none").toString()).status());
        assertEquals(2, run("shoot").status());
    }

    @Test
    void explains_the_defaults_of_a_file() throws IOException {
        String policies = file(
                "p.yaml",
                "- policy: x\n  desc: d\n  match: {priority: error}\n  mode: auto\n  time_limit: 4h\n"
                        + "  actions: [k8s:isolate-pod, iam:revoke-sessions: {scope: instance-role}]\n");
        String text = run("explain", policies).out();
        assertTrue(text.contains("x (auto): d"), text);
        assertTrue(text.contains("limit     3 targets in 1h without approval"), text);
        assertTrue(text.contains("release   after 4h"), text);
        assertTrue(text.contains("always requires approval"), text);
        assertTrue(run("explain").out().contains("pods in namespace kube-system"));
    }

    @Test
    void replays_alerts_into_incidents_and_plans() throws IOException {
        String policies = file(
                "p.yaml",
                "- policy: Cut\n  desc: d\n  match: {priority: warning}\n  mode: auto\n  cap: {max: 1}\n"
                        + "  actions: [k8s:isolate-pod]\n"
                        + "- policy: Many\n  desc: d\n  match: {condition: incident.count >= 2}\n"
                        + "  actions: [k8s:delete-pod]\n");
        String alerts = file("a.jsonl", alert(1, "cart") + alert(1, "cart") + alert(2, "cart") + alert(3, "pay"));
        Result result = run("replay", alerts, "--policies", policies);
        assertEquals(0, result.status(), result.err());
        List<String> lines = result.out().lines().toList();
        assertTrue(lines.get(0).contains("count 2  Warning  Shell"), result.out());
        assertEquals("  k8s:isolate-pod  pod shop/cart  would be applied  (Cut)", lines.get(1));
        assertEquals("  k8s:delete-pod  pod shop/cart  dry-run  (Many)", lines.get(2));
        assertTrue(lines.get(4).startsWith("  k8s:isolate-pod  pod shop/pay  waiting  (Cut)  held: the policy's cap"));
        assertEquals("2 incidents from 3 alerts", lines.getLast());
        assertEquals(result.out(), run("replay", alerts, "--policies", policies).out(), "a replay is deterministic");
        assertEquals(1, run("replay", file("b.jsonl", "{")).status());
        assertEquals(2, run("replay").status());
        assertTrue(run("replay", file("c.jsonl", "[{\"x\":1}]")).out().contains("1 document rejected"));
    }

    @Test
    void replays_with_the_given_incident_rules() throws IOException {
        String alerts = file(
                "a.jsonl",
                alert(1, "cart").replace("\"/bin/sh\"", "\"/bin/sh\",\"user.name\":\"ann\"")
                        + alert(2, "cart").replace("\"/bin/sh\"", "\"/bin/sh\",\"user.name\":\"bob\"")
                        + alert(3, "cart").replace("T00:00:00", "T02:00:00"));
        assertTrue(run("replay", alerts).out().contains("1 incident from 3 alerts"));
        String incidents =
                file("i.yaml", "- rules: [Sh*]\n  fingerprint: [cluster, workload, user.name]\n  quiet: 1h\n");
        String text = run("replay", alerts, "--incidents", incidents).out();
        assertTrue(text.contains("3 incidents from 3 alerts"), text);
        String quiet = file("q.yaml", "- quiet: 1h\n");
        assertTrue(run("replay", alerts, "--incidents", quiet).out().contains("count 3  episode 2"));
        String folded =
                run("replay", alerts, "--incidents", file("m.yaml", """
                    - { fingerprint: [workload, user.name], max_open: 1 }
                    """)).out();
        assertTrue(folded.contains("count 2") && folded.contains("and others: 2 causes"), folded);
        assertTrue(folded.contains("2 incidents from 3 alerts"), folded);
        Result invalid = run("replay", alerts, "--incidents", file("w.yaml", "- quiet: never\n"));
        assertEquals(1, invalid.status());
        assertTrue(invalid.err().contains("w.yaml:1"), invalid.err());
        assertEquals(2, run("replay", alerts, "--incidents").status());
    }

    @Test
    void replays_each_target_of_an_incident() throws IOException {
        String policies = file(
                "p.yaml",
                "- policy: Cut\n  desc: d\n  match: {priority: warning}\n  mode: auto\n"
                        + "  actions: [k8s:isolate-pod]\n");
        String alerts = file(
                "a.jsonl",
                alert(1, "cart")
                        + alert(2, "cart").replace("\"k8s.pod.name\":\"cart\"", "\"k8s.pod.name\":\"cart-2\""));
        String text = run("replay", alerts, "--policies", policies).out();
        assertTrue(text.contains("k8s:isolate-pod  pod shop/cart  would be applied"), text);
        assertTrue(text.contains("k8s:isolate-pod  pod shop/cart-2  would be applied"), text);
        assertTrue(text.contains("1 incident from 2 alerts"), text);
    }
}
