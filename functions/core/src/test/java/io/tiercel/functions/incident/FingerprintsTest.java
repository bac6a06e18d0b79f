package io.tiercel.functions.incident;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.AlertText;
import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.rules.alert.Alert;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class FingerprintsTest {
    private static final Enricher ENRICHER = new Enricher("", AttackTechniques.load());

    private static Fingerprint fingerprint(ObjectNode json) {
        Alert alert = AlertText.read(json).alert();
        return Fingerprints.of(alert, ENRICHER.enrich(alert).host());
    }

    @Property(tries = 200)
    void process_id_port_time_and_replica_do_not_change_the_fingerprint(
            @ForAll @IntRange(min = 1, max = 4_000_000) int pid, @ForAll @IntRange(max = 65_535) int port) {
        ObjectNode laterRead = AlertText.with(AlertText.shadowRead(), "proc.pid", Integer.toString(pid))
                .put("time", "2024-01-01T00:00:00.%09dZ".formatted(pid))
                .put("id", "node-7/5a1c0f3e-0d5c-4d8e-9b39-0f1d5a2f7c11/" + pid);
        assertEquals(fingerprint(AlertText.shadowRead()), fingerprint(laterRead));

        ObjectNode connection = AlertText.with(AlertText.shellInPod(), "fd.name", "10.0.0.1:40000->10.0.0.2:443");
        ObjectNode other = AlertText.with(
                AlertText.with(AlertText.shellInPod(), "fd.name", "10.0.0.1:" + port + "->10.0.0.2:443"),
                "k8s.pod.name",
                "cart-" + pid);
        assertEquals(fingerprint(connection), fingerprint(AlertText.with(other, "container.id", "c" + pid)));
        assertEquals("10.0.0.2", fingerprint(other).target());
    }

    @Test
    void each_part_changes_the_fingerprint() {
        List<Fingerprint> fingerprints = List.of(
                fingerprint(AlertText.shadowRead()),
                fingerprint(AlertText.shadowRead().put("rule", "Another rule")),
                fingerprint(AlertText.shadowRead().put("hostname", "node-8")),
                fingerprint(AlertText.with(AlertText.shadowRead(), "fd.name", "/etc/gshadow")),
                fingerprint(AlertText.with(AlertText.shadowRead(), "proc.exepath", "/usr/bin/cat")),
                fingerprint(AlertText.with(AlertText.shadowRead(), "container.id", "3ad7b26ded6d")),
                fingerprint(AlertText.shellInPod()),
                fingerprint(AlertText.with(AlertText.shellInPod(), "k8s.ns.name", "bank")),
                fingerprint(AlertText.with(AlertText.shellInPod(), "container.name", "sidecar")),
                fingerprint(AlertText.with(AlertText.shellInPod(), "container.image.repository", "shop/other")));
        assertEquals(fingerprints.size(), fingerprints.stream().distinct().count());
        assertEquals(
                fingerprints.size(),
                fingerprints.stream().map(Fingerprint::incidentId).distinct().count());
    }

    @Property(tries = 300)
    void different_parts_never_share_a_digest(@ForAll @Size(5) List<String> one, @ForAll @Size(5) List<String> other) {
        Fingerprint a = new Fingerprint(one.get(0), one.get(1), one.get(2), one.get(3), one.get(4));
        Fingerprint b = new Fingerprint(other.get(0), other.get(1), other.get(2), other.get(3), other.get(4));
        assertEquals(a.equals(b), a.digest().equals(b.digest()));
        Fingerprint shifted = new Fingerprint(
                one.get(0) + one.get(1).substring(0, Math.min(1, one.get(1).length())),
                one.get(1).substring(Math.min(1, one.get(1).length())),
                one.get(2),
                one.get(3),
                one.get(4));
        if (!shifted.equals(a)) {
            assertNotEquals(a.digest(), shifted.digest());
        }
    }

    /** The text of a folded fingerprint's target is a possible file name. */
    @Property(tries = 300)
    void a_folded_fingerprint_equals_that_of_no_alert(@ForAll @Size(5) List<String> parts, @ForAll boolean verified) {
        Fingerprint cause = new Fingerprint(parts.get(0), parts.get(1), parts.get(2), parts.get(3), parts.get(4));
        Fingerprint folded = cause.others(verified);
        Fingerprint sameText = new Fingerprint(
                folded.cluster(), folded.rule(), folded.workload(), folded.executable(), folded.target());
        assertNotEquals(folded, sameText);
        assertNotEquals(folded.digest(), sameText.digest());
        assertNotEquals(folded.digest(), cause.others(!verified).digest());
        assertEquals(cause.slotKey(), folded.slotKey());
        assertEquals(folded, folded.others(verified));
    }

    /** Each line is a plugin's source, its fields in the fingerprint, and one that is not. */
    @ParameterizedTest
    @CsvSource({
        "aws_cloudtrail, ct.user.arn ct.user.accountid ct.srcip ct.request.name s3.bucket, ct.id",
        "k8s_audit, ka.user.name ka.sourceips ka.target.resource ka.target.namespace ka.target.name, ka.auditid",
        "github, github.user github.repo.url github.collaborator.name, github.webhook.id",
        "okta, okta.actor.alternateid okta.client.ip okta.target.user.name okta.app, okta.transaction.id",
        "gcp_auditlog, gcp.user gcp.callerIP gcp.authorizationInfo, gcp.request"
    })
    void user_address_and_object_distinguish_alerts_of_plugins(String source, String fields, String other) {
        ObjectNode alert = AlertText.object("""
                {"hostname":"falco-0","output":"x","priority":"Warning","rule":"R","output_fields":{},
                 "time":"2023-11-14T22:13:20.000000001Z"}\
                """).put("source", source);
        for (String field : fields.split(" ")) {
            alert = AlertText.with(alert, field, "123456789012");
        }
        Fingerprint first = fingerprint(AlertText.with(alert, other, "1"));
        assertEquals(first, fingerprint(AlertText.with(alert, other, "2")));
        for (String field : fields.split(" ")) {
            assertNotEquals(first, fingerprint(AlertText.with(alert, field, "210987654321")), field);
            assertNotEquals(first, fingerprint(AlertText.with(alert, field, "<NA>")), field);
        }
        assertEquals("", fingerprint(alert.deepCopy().put("source", "syscall")).target());
    }

    @ParameterizedTest
    @CsvSource({
        "/proc/4242/environ, /proc/*/environ",
        "/dev/pts/3, /dev/pts/*",
        "/tmp/tmp.aB3dE5fG7h/x, /tmp/tmp.*/x",
        "/tmp/tmpab12_x9z, /tmp/tmp*",
        "/tmp/tmpfiles, /tmp/tmpfiles",
        "/etc/passwd2, /etc/passwd2",
        "/run/6f1c2b1e-8a55-4a3f-8d5b-9a2f0f6f7a10/k, /run/*/k",
        "/usr/bin/python3.13, /usr/bin/python3.13"
    })
    void only_variable_segments_are_replaced(String path, String expected) {
        assertEquals(expected, Fingerprints.normalized(path));
    }
}
