package io.tiercel.functions.enrich;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.AlertText;
import io.tiercel.functions.config.InvalidConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class EnrichmentFileTest {
    private static final String COMPLETE_FILE = """
        timeout-ms: 300
        networks:
          tor: tor.txt
          offices: offices.txt
        geoip: [city.mmdb, asn.mmdb]
        labels:
          - set: {team: platform, tier: "3"}
          - cluster: prod
            set: {team: payments}
          - account: "123456789012"
            set: {tier: "1"}
        """;

    @TempDir
    Path folder;

    @BeforeEach
    void writeReferencedFiles() throws IOException {
        Files.writeString(folder.resolve("tor.txt"), "# exits\n198.51.100.0/24 a comment\n2001:db8::/32\n\n");
        Files.writeString(folder.resolve("offices.txt"), "203.0.113.7\n");
        new MmdbWriter("GeoLite2-City")
                .withNetwork(
                        198,
                        51,
                        16,
                        Map.of("country", Map.of("iso_code", "NL"), "city", Map.of("names", Map.of("en", "Amsterdam"))))
                .writeTo(folder.resolve("city.mmdb"));
        new MmdbWriter("GeoLite2-ASN")
                .withNetwork(
                        198,
                        51,
                        16,
                        Map.of("autonomous_system_number", 64_500L, "autonomous_system_organization", "Example"))
                .writeTo(folder.resolve("asn.mmdb"));
    }

    private EnrichmentSources read(String yaml) throws IOException {
        return EnrichmentFile.read(Files.writeString(folder.resolve("enrichment.yaml"), yaml));
    }

    private static Enrichment enrich(EnrichmentSources sources, String field, String value) {
        Enricher enricher = new Enricher("prod", AttackTechniques.load(), sources, InstantSource.system());
        return enricher.enrich(AlertText.read(AlertText.with(AlertText.shellInPod(), field, value))
                .alert());
    }

    @Test
    void addresses_are_looked_up_in_lists_and_databases() throws Exception {
        EnrichmentSources sources = read(COMPLETE_FILE);
        assertEquals(Duration.ofMillis(300), sources.timeout());
        assertEquals(
                new NetworkFacts("198.51.100.9", List.of("tor"), "NL", "Amsterdam", 64_500L, "Example"),
                enrich(sources, "fd.rip", "198.51.100.9").network());
        assertEquals(
                new NetworkFacts("203.0.113.7", List.of("offices"), null, null, null, null),
                enrich(sources, "fd.name", "10.0.0.1:4000->203.0.113.7:443").network());
        assertNull(enrich(sources, "fd.name", "/etc/shadow").network());
        assertNull(enrich(sources, "fd.sip", "127.0.0.1").network());
        Enrichment enrichment = enrich(sources, "fd.rip", "198.51.100.9");
        assertEquals(Map.of("team", "payments", "tier", "3"), enrichment.labels());
        Map<String, Object> fields = EnrichedFields.of(enrichment);
        assertEquals("payments", fields.get("enrich.label[team]"));
        assertEquals(List.of("tor"), fields.get("enrich.network.lists"));
        assertEquals(64_500L, fields.get("enrich.network.asn"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        tor: tor.txt                | tor: nowhere.txt            | :3:8:
        team: payments              | 1team: payments             | :9:18: "1team" is not a valid label name
        account: "123456789012"     | account: 12                 | :10:14: "12" is not an AWS account id; write its twelve digits
        timeout-ms: 300            | timeout-ms: 5000           | :1:13: "5000" is out of range or not a number; write a number from 50 to 1000
        labels:                     | label:                      | :6:1: unknown key "label"; use one of geoip, labels, networks, timeout-ms
        """)
    void an_invalid_file_is_rejected_with_position_and_reason(String valid, String invalid, String expected) {
        assertTrue(COMPLETE_FILE.contains(valid), valid);
        String message = String.valueOf(
                assertThrows(InvalidConfiguration.class, () -> read(COMPLETE_FILE.replace(valid, invalid)))
                        .getMessage());
        assertTrue(message.contains("enrichment.yaml" + expected), message);
    }

    @Test
    void errors_name_the_invalid_list_or_database() throws Exception {
        Files.writeString(folder.resolve("tor.txt"), "198.51.100.0/24\n198.51.100.0/33\n");
        String list = String.valueOf(assertThrows(IllegalArgumentException.class, () -> read(COMPLETE_FILE))
                .getMessage());
        assertTrue(list.contains("tor.txt:2: \"198.51.100.0/33\" is not a network"), list);
        Files.writeString(folder.resolve("tor.txt"), "");
        Files.writeString(folder.resolve("city.mmdb"), "no database");
        String database = String.valueOf(assertThrows(IllegalArgumentException.class, () -> read(COMPLETE_FILE))
                .getMessage());
        assertTrue(database.contains("city.mmdb as a MaxMind database"), database);
        new MmdbWriter("GeoIP2-Anonymous-IP")
                .withNetwork(1, 1, 16, Map.of("x", "y"))
                .writeTo(folder.resolve("city.mmdb"));
        String kind = String.valueOf(assertThrows(IllegalArgumentException.class, () -> read(COMPLETE_FILE))
                .getMessage());
        assertTrue(kind.contains("GeoIP2-Anonymous-IP"), kind);
    }

    @Test
    void every_setting_is_optional() throws Exception {
        EnrichmentSources sources = read("labels: [{set: {a: b}}]\n");
        assertEquals(Map.of("a", "b"), enrich(sources, "fd.rip", "1.2.3.4").labels());
        assertNotNull(enrich(sources, "fd.rip", "1.2.3.4").network());
    }
}
