package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.events.SQSEvent.MessageAttribute;
import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import io.tiercel.functions.contract.SensorTokens;
import io.tiercel.functions.credential.IdentitySettings;
import io.tiercel.functions.credential.SenderIdentity;
import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.IncidentRulesFile;
import io.tiercel.functions.intake.AlertRejected;
import io.tiercel.functions.privacy.PrivacySettings;
import io.tiercel.functions.privacy.Redactor;
import io.tiercel.functions.stage.AlertIntake;
import io.tiercel.functions.stage.EnrichStage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The function with a required sender. */
@Tag("unit")
class EnrichFunctionTest {
    private final SensorTokens tokens = new SensorTokens();
    private final List<EnrichedAlert> published = new ArrayList<>();

    @TempDir
    Path folder;

    private EnrichFunction function() {
        Map<String, String> settings = Map.of(
                IdentitySettings.ISSUER,
                SensorTokens.ISSUER,
                IdentitySettings.KEYS,
                "file:" + folder.resolve("keys.json"),
                IdentitySettings.REQUIRED,
                "true");
        SenderIdentity identity = SenderIdentity.create(
                IdentitySettings.parse(name -> Optional.ofNullable(settings.get(name)), (name, file) -> file),
                null,
                null,
                Instant::now);
        EnrichStage stage = new EnrichStage(
                new Enricher("", AttackTechniques.load()),
                IncidentRulesFile.read("rules.yaml", "- escalate: { counts: [10] }"),
                identity.required());
        return new EnrichFunction(
                identity,
                new AlertIntake(stage, published::add, health -> {}),
                new Redactor(PrivacySettings.DEFAULT),
                Optional.empty());
    }

    private static SQSMessage message(String token) {
        SQSMessage message = new SQSMessage();
        message.setBody(SqsEvents.alert("a1", "Read sensitive file"));
        MessageAttribute attribute = new MessageAttribute();
        attribute.setStringValue(token);
        message.setMessageAttributes(token.isEmpty() ? Map.of() : Map.of("token", attribute));
        return message;
    }

    @Test
    void unverifiedSendersAreRejected() throws Exception {
        Files.writeString(folder.resolve("keys.json"), tokens.keySet());
        EnrichFunction function = function();
        function.enrich(message(tokens.valid("node-1")));
        assertEquals("node-1", published.getFirst().enrichment().sender().node());
        Map<String, String> forged = tokens.forged("node-1");
        forged.put("none", "");
        forged.forEach((kind, token) -> {
            AlertRejected rejected = assertThrows(AlertRejected.class, () -> function.enrich(message(token)), kind);
            assertTrue(rejected.reason().startsWith("the sender is not verified: "), rejected.reason());
            assertFalse(rejected.reason().contains(SensorTokens.trace(token + "................")), kind);
        });
        assertEquals(1, published.size());
    }

    @Test
    void aSecretIsNotPassedOn() throws Exception {
        Files.writeString(folder.resolve("keys.json"), tokens.keySet());
        SQSMessage message = message(tokens.valid("node-1"));
        message.setBody(message.getBody()
                .replace("\"output_fields\":{", "\"output_fields\":{\"proc.cmdline\":\"mysql -pTr0ub4dor3x\","));
        function().enrich(message);
        String passedOn = published.getFirst().toJson();
        assertTrue(passedOn.contains("mysql -p[redacted]"), passedOn);
        assertFalse(passedOn.contains("Tr0ub4dor3x"), passedOn);
    }

    @Test
    void aMessageIsDeliveredAgainWhileTheKeysAreNotAvailable() throws Exception {
        EnrichFunction function = function();
        assertThrows(IllegalStateException.class, () -> function.enrich(message(tokens.valid("node-1"))));
        assertThrows(AlertRejected.class, () -> function.enrich(message("")), "no key would help");
        assertEquals(List.of(), published);
    }
}
