package io.tiercel.functions.channels.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;

/** The rules of OCSF 1.3.0 for a Detection Finding with the profile {@code cloud}: required attributes, types and enumerations. */
public final class OcsfContract {
    private static final List<String> REQUIRED = List.of(
            "/activity_id",
            "/category_uid",
            "/class_uid",
            "/type_uid",
            "/severity_id",
            "/time",
            "/metadata/version",
            "/metadata/product/vendor_name",
            "/finding_info/uid",
            "/finding_info/title",
            "/cloud/provider");

    /** The attributes of the class, of its base classes and of the profile. */
    private static final Set<String> KNOWN = Set.of(
            "activity_id",
            "activity_name",
            "category_name",
            "category_uid",
            "class_name",
            "class_uid",
            "cloud",
            "count",
            "end_time",
            "evidences",
            "finding_info",
            "message",
            "metadata",
            "resources",
            "severity",
            "severity_id",
            "start_time",
            "status",
            "status_id",
            "time",
            "type_name",
            "type_uid",
            "unmapped");

    private OcsfContract() {}

    /** Verifies a finding. */
    public static void verify(JsonNode finding) {
        REQUIRED.forEach(path -> assertTrue(!finding.at(path).isMissingNode(), path));
        finding.fieldNames().forEachRemaining(name -> assertTrue(KNOWN.contains(name), name));
        int activity = finding.path("activity_id").intValue();
        assertTrue(activity >= 1 && activity <= 3);
        assertEquals(2, finding.path("category_uid").intValue());
        assertEquals(2004, finding.path("class_uid").intValue());
        assertEquals(200_400 + activity, finding.path("type_uid").intValue());
        int severity = finding.path("severity_id").intValue();
        assertTrue(severity >= 1 && severity <= 6);
        assertTrue(Set.of(1, 2, 4).contains(finding.path("status_id").intValue()));
        assertTrue(
                finding.path("time").canConvertToLong() && finding.path("count").isInt());
        assertEquals("1.3.0", finding.at("/metadata/version").asText());
        finding.at("/finding_info/attacks")
                .forEach(attack ->
                        assertTrue(attack.has("technique") || attack.has("tactic") || attack.has("sub_technique")));
        finding.path("evidences").forEach(evidence -> {
            JsonNode file = evidence.at("/process/file");
            assertTrue(file.path("type_id").isInt() && file.has("name"));
        });
        finding.path("resources").forEach(resource -> assertTrue(resource.has("uid") || resource.has("name")));
        assertTrue(finding.path("unmapped").isObject());
    }
}
