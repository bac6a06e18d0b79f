package io.tiercel.functions.enrich;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.AlertText;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class EnricherTest {
    private final AttackTechniques attack = AttackTechniques.load();
    private final Enricher enricher = new Enricher("prod", attack);

    @Test
    void the_table_contains_the_techniques_of_the_detections() {
        assertTrue(
                attack.techniques().size() >= 120, "only " + attack.techniques().size());
        attack.techniques().forEach((id, technique) -> {
            assertFalse(technique.name().isBlank(), id);
            assertFalse(technique.tactics().isEmpty(), id);
            if (id.contains(".")) {
                assertTrue(attack.techniques().containsKey(id.substring(0, 5)), "missing parent of " + id);
            }
        });
    }

    @Test
    void tags_name_techniques_and_tactics() {
        List<Technique> techniques = attack.techniques(
                List.of("T1059.004", "t1611", "T1059.999", "T9999", "container", "T10591", "T1003_dumping"));
        assertEquals(
                List.of("T1003", "T1059", "T1059.004", "T1611"),
                techniques.stream().map(Technique::id).toList());
        assertEquals(
                "Command and Scripting Interpreter: Unix Shell",
                techniques.get(2).name());
        assertEquals(
                List.of("Command and Control", "Execution", "Impact"),
                attack.tactics(
                        List.of("mitre_command_and_control", "TA0002", "MITRE_TA0040_impact", "mitre_nonsense")));
    }

    @Test
    void a_sensor_alert_contains_node_and_boot_id() {
        Enrichment enrichment =
                enricher.enrich(AlertText.read(AlertText.shadowRead()).alert());
        assertEquals("node-7", enrichment.host().node());
        assertEquals("5a1c0f3e-0d5c-4d8e-9b39-0f1d5a2f7c11", enrichment.host().bootId());
        assertEquals("prod", enrichment.host().cluster());
        assertFalse(enrichment.host().inContainer());
        assertNull(enrichment.host().containerId());
        assertEquals(List.of("Credential Access"), enrichment.tactics());
    }

    @Test
    void a_falco_alert_contains_container_and_pod() {
        HostFacts host =
                enricher.enrich(AlertText.read(AlertText.shellInPod()).alert()).host();
        assertTrue(host.inContainer());
        assertNull(host.bootId());
        assertEquals("shop/cart", host.image());
        assertEquals("cart-5f7", host.pod());
        assertEquals("shop", host.namespace());
        assertNull(host.instanceId());
    }

    @Test
    void only_a_valid_instance_id_is_used() {
        var valid = AlertText.with(AlertText.shadowRead(), "ec2.instance.id", "i-0123456789abcdef0");
        var invalid = AlertText.with(AlertText.shadowRead(), "ec2.instance.id", "i-0123456789abcdef0; rm");
        assertEquals(
                "i-0123456789abcdef0",
                enricher.enrich(AlertText.read(valid).alert()).host().instanceId());
        assertNull(enricher.enrich(AlertText.read(invalid).alert()).host().instanceId());
    }
}
