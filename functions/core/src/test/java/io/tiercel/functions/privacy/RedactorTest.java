package io.tiercel.functions.privacy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.intake.AlertParser;
import io.tiercel.functions.json.Json;
import io.tiercel.rules.alert.Alert;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class RedactorTest {
    private static final Redactor DEFAULT = new Redactor(PrivacySettings.DEFAULT);

    private static Redactor redactor(String yaml) {
        return new Redactor(PrivacyFile.read("privacy.yaml", yaml));
    }

    private static ObjectNode alert(String output, String... fields) {
        ObjectNode alert = Json.MAPPER
                .createObjectNode()
                .put("id", "node-1/boot/1")
                .put("hostname", "node-1")
                .put("rule", "Password in password=hunter2")
                .put("priority", "Warning")
                .put("source", "syscall")
                .put("time", "2026-01-01T00:00:00.000000000Z")
                .put("output", output);
        alert.putArray("tags").add("token=keep");
        ObjectNode outputFields = alert.putObject("output_fields");
        for (int i = 0; i < fields.length; i += 2) {
            outputFields.put(fields[i], fields[i + 1]);
        }
        return alert;
    }

    @Test
    void secretsLeaveFieldsAndRenderedTextAlike() {
        JsonNode redacted = DEFAULT.alert(alert(
                "Command (args=-phunter2x env=hunter2x file=/root/hunter2x)",
                "proc.name",
                "mysql",
                "proc.args",
                "-phunter2x shop",
                "proc.env[DB_PASSWORD]",
                "an0ther",
                "k8s.pod.name",
                "token=pod"));
        assertFalse(redacted.toString().contains("hunter2x"), redacted.toString());
        assertFalse(redacted.toString().contains("an0ther"), redacted.toString());
        assertEquals(
                "-p[redacted] shop", redacted.at("/output_fields/proc.args").textValue());
        assertEquals("token=pod", redacted.at("/output_fields/k8s.pod.name").textValue(), "identifies the target");
        assertEquals("Password in password=hunter2", redacted.get("rule").textValue());
        assertEquals("token=keep", redacted.at("/tags/0").textValue());
    }

    @Test
    void anArgumentCannotHideTheValueOfAnotherField() {
        JsonNode redacted = DEFAULT.alert(alert(
                "File opened (file=/etc/shadow command=x --password=/etc/shadow)",
                "fd.name",
                "/etc/shadow",
                "proc.cmdline",
                "x --password=/etc/shadow"));
        assertEquals("/etc/shadow", redacted.at("/output_fields/fd.name").textValue());
        assertEquals(
                "File opened (file=/etc/shadow command=x --password=[redacted]",
                redacted.get("output").textValue());
    }

    @Test
    void configuredFieldsAreRedactedWhatevertheirType() {
        ObjectNode alert =
                alert("alice (1000) ran vi as malice", "user.name", "alice", "proc.aname[2]", "su", "proc.name", "vi");
        ((ObjectNode) alert.get("output_fields")).put("user.uid", 1000);
        JsonNode redacted = redactor("redact: { fields: [user.*, proc.aname], secrets: false }")
                .alert(alert);
        assertEquals(
                "[redacted] ([redacted]) ran vi as malice",
                redacted.get("output").textValue());
        assertEquals("[redacted]", redacted.at("/output_fields/user.uid").textValue());
        assertEquals("[redacted]", redacted.at("/output_fields/proc.aname[2]").textValue());
        assertEquals("vi", redacted.at("/output_fields/proc.name").textValue());
    }

    @Test
    void fieldsToKeepAreNotSearched() {
        JsonNode redacted = redactor("redact: { keep: [proc.cmdline] }")
                .alert(alert("", "proc.cmdline", "x token=abc", "proc.pcmdline", "x token=abc"));
        assertEquals("x token=abc", redacted.at("/output_fields/proc.cmdline").textValue());
        assertEquals(
                "x token=[redacted]",
                redacted.at("/output_fields/proc.pcmdline").textValue());
    }

    @Test
    void anAlertOfFalcoStaysValidAndKeepsItsRule() throws JsonProcessingException {
        String falco = """
            {"uuid":"0d5ffe2b","hostname":"n","output":"12:00:00.1: Critical Spawned (command=mysql -ps3cr3tvalue)",
             "output_fields":{"evt.time":1767225600000000000,"proc.cmdline":"mysql -ps3cr3tvalue","user.name":null},
             "priority":"Critical","rule":"Run shell","source":"syscall","tags":["a"],
             "time":"2026-01-01T00:00:00.000000000Z"}\
            """;
        Alert original = AlertParser.parse(Json.MAPPER.readTree(falco)).alert();
        Alert redacted =
                AlertParser.parse(DEFAULT.alert(Json.MAPPER.readTree(falco))).alert();
        assertEquals(original.rule(), redacted.rule());
        assertEquals(original.timeNanos(), redacted.timeNanos());
        assertEquals(original.priority(), redacted.priority());
        assertFalse(redacted.toString().contains("s3cr3tvalue"), redacted.toString());
    }

    @Test
    void anythingElseIsSearchedToo() throws JsonProcessingException {
        JsonNode other =
                Json.MAPPER.readTree("[{\"password\":\"s3cr3tvalue\",\"x\":[\"--token s3cr3tvalue\",{\"y\":1}]}]");
        assertFalse(DEFAULT.alert(other).toString().contains("s3cr3tvalue"));
        assertEquals("{\"secret\":\"[redacted]\",", DEFAULT.text("{\"secret\":\"s3cr3tvalue\","));
        Redactor.Unreadable unreadable =
                DEFAULT.unreadable("{\"password\": s3cr3tvalue}", "Unrecognized token 's3cr3tvalue' (line 1)");
        assertEquals("Unrecognized token '[redacted]' (line 1)", unreadable.reason());
        assertFalse(unreadable.document().contains("s3cr3tvalue"), unreadable.document());
    }

    private static ObjectNode withContext() {
        ObjectNode alert =
                alert("x", "proc.name", "mysql", "proc.cmdline", "mysql -phunter2x shop", "user.name", "ann");
        ObjectNode context = alert.putObject("context");
        context.putArray("ancestors")
                .add(Json.MAPPER
                        .createObjectNode()
                        .put("pid", 7)
                        .put("name", "mysql")
                        .put("cmdline", "mysql -phunter2x shop")
                        .put("user", "ann"))
                .add(Json.MAPPER
                        .createObjectNode()
                        .put("pid", 6)
                        .put("name", "sh")
                        .put("cmdline", "sh -c export DB_PASSWORD=an0ther; mysql -phunter2x...")
                        .put("user", "ann"));
        context.putObject("container").put("id", "c0ffee").put("name", "token=web");
        return alert;
    }

    @Test
    void secretsLeaveTheContext() {
        JsonNode redacted = DEFAULT.alert(withContext());
        assertFalse(redacted.toString().contains("hunter2x"), redacted.toString());
        assertFalse(redacted.toString().contains("an0ther"), redacted.toString());
        assertEquals(
                "mysql -p[redacted] shop",
                redacted.at("/context/ancestors/0/cmdline").textValue());
        assertEquals("ann", redacted.at("/context/ancestors/1/user").textValue());
        assertEquals("token=web", redacted.at("/context/container/name").textValue(), "identifies the target");
        assertEquals(redacted, DEFAULT.alert(redacted.deepCopy()), "redacting twice is like once");
    }

    @Test
    void configuredFieldsLeaveTheContext() {
        JsonNode redacted = redactor("redact: {fields: [user.name, proc.acmdline, container.image]}")
                .alert(withContext());
        assertFalse(redacted.toString().contains("ann"), redacted.toString());
        assertEquals("[redacted]", redacted.at("/context/ancestors/1/cmdline").textValue());
        assertEquals(
                "mysql -p[redacted] shop",
                redacted.at("/context/ancestors/0/cmdline").textValue());
        assertEquals("c0ffee", redacted.at("/context/container/id").textValue(), "identifies the target");
    }

    @Property(tries = 300)
    void noPasswordSurvivesInAnyField(
            @ForAll @AlphaChars @StringLength(min = 12, max = 20) String secret,
            @ForAll @StringLength(max = 40) String before,
            @ForAll @StringLength(max = 40) String after) {
        for (String form :
                List.of("--password %s", "PGPASSWORD=%s", "https://u:%s@h/", "token: %s", "\"secret\":\"%s\"")) {
            String text = before.replaceAll("\\P{Alpha}", ".") + " " + form.formatted(secret) + " "
                    + after.replaceAll("[^a-z]", ".");
            ObjectNode alert = alert("Output " + text + " and " + secret, "proc.cmdline", text);
            JsonNode redacted = DEFAULT.alert(alert.deepCopy());
            assertFalse(redacted.toString().contains(secret), () -> redacted + " of " + alert);
            assertEquals(redacted, DEFAULT.alert(redacted.deepCopy()), "redacting twice is like once");
        }
    }

    @Property(tries = 300)
    void hostileFieldsNeverFailAndNeverChangeTheRule(@ForAll List<@StringLength(max = 60) String> texts) {
        ObjectNode alert = alert(String.join(" ", texts));
        ObjectNode fields = (ObjectNode) alert.get("output_fields");
        for (int i = 0; i + 1 < texts.size(); i += 2) {
            fields.put(texts.get(i), texts.get(i + 1));
        }
        String rule = alert.get("rule").textValue();
        JsonNode redacted = DEFAULT.alert(alert);
        assertEquals(rule, redacted.get("rule").textValue());
        assertTrue(redacted.toString().length() < 100_000);
    }
}
