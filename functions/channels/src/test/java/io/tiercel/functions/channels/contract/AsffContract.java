package io.tiercel.functions.channels.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rules of the AWS Security Finding Format that Security Hub enforces: required attributes, lengths, enumerations and the total size.
 * moto checks the resources only.
 */
public final class AsffContract {
    private static final List<String> REQUIRED = List.of(
            "SchemaVersion",
            "Id",
            "ProductArn",
            "GeneratorId",
            "AwsAccountId",
            "Types",
            "CreatedAt",
            "UpdatedAt",
            "Severity",
            "Title",
            "Description",
            "Resources");
    private static final Map<String, Integer> LENGTHS = Map.of(
            "Id", 512, "ProductArn", 2048, "GeneratorId", 512, "Title", 256, "Description", 1024, "CompanyName", 128);
    private static final Set<String> NAMESPACES = Set.of(
            "Software and Configuration Checks",
            "TTPs",
            "Effects",
            "Unusual Behaviors",
            "Sensitive Data Identifications");
    private static final int MAX_BYTES = 240 * 1024;

    private AsffContract() {}

    /** Verifies a finding. */
    public static void verify(JsonNode finding) {
        REQUIRED.forEach(name -> assertTrue(finding.hasNonNull(name), name));
        LENGTHS.forEach((name, length) -> {
            String text = finding.path(name).asText();
            assertFalse(text.isBlank(), name);
            assertTrue(text.length() <= length, name + " has " + text.length());
        });
        assertEquals("2018-10-08", finding.path("SchemaVersion").asText());
        assertTrue(finding.path("AwsAccountId").asText().matches("[0-9]{12}"));
        List.of("CreatedAt", "UpdatedAt")
                .forEach(name -> Instant.parse(finding.path(name).asText()));
        int normalized = finding.at("/Severity/Normalized").intValue();
        assertEquals(label(normalized), finding.at("/Severity/Label").asText());
        assertEquals(
                finding.at("/Severity/Label"), finding.at("/FindingProviderFields/Severity/Label"), "updated severity");
        assertFalse(finding.path("Types").isEmpty());
        assertTrue(finding.path("Types").size() <= 50);
        finding.path("Types")
                .forEach(type -> assertTrue(NAMESPACES.contains(type.asText().split("/", -1)[0]), type.asText()));
        assertTrue(Set.of("ACTIVE", "ARCHIVED")
                .contains(finding.path("RecordState").asText()));
        verifyResources(finding.path("Resources"));
        assertTrue(finding.path("ProductFields").size() <= 50);
        finding.path("ProductFields").forEachEntry((name, value) -> {
            assertTrue(name.length() <= 128, name);
            assertTrue(value.isTextual() && value.asText().length() <= 2048, name);
        });
        assertTrue(finding.at("/Process/Name").asText().length() <= 64);
        assertTrue(finding.at("/Process/Path").asText().length() <= 512);
        assertTrue(finding.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES);
    }

    private static void verifyResources(JsonNode resources) {
        assertTrue(!resources.isEmpty() && resources.size() <= 32);
        resources.forEach(resource -> {
            assertTrue(Set.of("AwsEc2Instance", "Other")
                    .contains(resource.path("Type").asText()));
            assertTrue(resource.path("Id").asText().length() <= 512);
            resource.at("/Details/Other")
                    .forEach(value ->
                            assertTrue(value.isTextual() && value.asText().length() <= 1024));
        });
    }

    private static String label(int normalized) {
        return normalized >= 90
                ? "CRITICAL"
                : normalized >= 70 ? "HIGH" : normalized >= 40 ? "MEDIUM" : normalized >= 1 ? "LOW" : "INFORMATIONAL";
    }
}
