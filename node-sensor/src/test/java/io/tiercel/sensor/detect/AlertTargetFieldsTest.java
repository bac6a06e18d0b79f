package io.tiercel.sensor.detect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.rules.alert.InvalidAlertException;
import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.rules.engine.RuleMatching;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.field.FieldRef;
import io.tiercel.rules.load.AppendOutput;
import io.tiercel.rules.load.LoadOptions;
import io.tiercel.rules.load.LoadedRules;
import io.tiercel.rules.load.RuleLoader;
import io.tiercel.rules.load.RuleSource;
import io.tiercel.sensor.delivery.AlertDelivery;
import io.tiercel.sensor.delivery.AlertWriter;
import io.tiercel.sensor.identity.InstanceId;
import io.tiercel.sensor.spool.AlertIdGenerator;
import io.tiercel.sensor.spool.Spool;
import io.tiercel.sensor.spool.SpoolException;
import io.tiercel.sensor.spool.SpoolOptions;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fields that tell which pod and which instance an alert concerns. */
@Tag("unit")
class AlertTargetFieldsTest {
    private static final Map<String, String> HOST = Map.of("container.id", "host");
    private static final Map<String, String> POD = Map.of(
            "container.id", "0123456789ab",
            "k8s.ns.name", "shop",
            "k8s.pod.name", "cart-0",
            "k8s.pod.uid", "5e5b0d3c-0000-4000-8000-000000000001");

    @TempDir
    Path folder;

    private static Event event(Map<String, String> fields) {
        return (Event) Proxy.newProxyInstance(
                Event.class.getClassLoader(), new Class<?>[] {Event.class}, (_, method, arguments) -> {
                    String name = arguments != null && arguments[0] instanceof FieldRef ref ? ref.text() : "";
                    String value = name.equals("evt.type") ? "open" : fields.get(name);
                    return switch (method.getName()) {
                        case "type" -> EventTypes.code("open");
                        case "text" -> value;
                        case "has" -> value != null;
                        default -> method.getReturnType() == long.class ? (Object) 0L : null;
                    };
                });
    }

    private static Alert alert(Map<String, String> fields, String output, List<AppendOutput> appended) {
        String rule = "- {rule: r, desc: d, priority: INFO, output: '" + output + "', condition: evt.type = open}";
        LoadedRules loaded =
                Objects.requireNonNull(new RuleLoader(LoadOptions.defaults().withAppendOutput(appended))
                        .load(List.of(new RuleSource.Text("rules.yaml", rule)))
                        .rules());
        List<Alert> alerts = new ArrayList<>();
        new RuleDetector(
                        RuleEngine.of(loaded.rules(), loaded.fields(), RuleMatching.FIRST, Priority.DEBUG),
                        FileNameMode.BOTH,
                        "node",
                        alerts::add)
                .detect(event(fields));
        return alerts.getFirst();
    }

    @Test
    void alertsFromPodsNameThePodWhateverTheRuleOutputs() {
        for (List<AppendOutput> appended : List.of(List.<AppendOutput>of(), List.of(AppendOutput.SUGGESTED))) {
            Alert alert = alert(POD, "opened", appended);
            for (String field : List.of("k8s.ns.name", "k8s.pod.name", "k8s.pod.uid")) {
                assertEquals(POD.get(field), alert.outputFields().get(field));
            }
            assertFalse(alert.message().contains("5e5b0d3c"), alert::message);
        }
        assertEquals("opened", alert(POD, "opened", List.of()).message());
    }

    @Test
    void alertsFromOutsidePodsHaveNoFurtherFields() {
        assertEquals(
                Set.of("evt.time"),
                alert(HOST, "opened", List.of()).outputFields().keySet());
        assertEquals(
                new TreeSet<>(Set.of(
                        "container.id",
                        "container.image.repository",
                        "container.image.tag",
                        "container.name",
                        "evt.time",
                        "k8s.ns.name",
                        "k8s.pod.name")),
                alert(HOST, "opened", List.of(AppendOutput.SUGGESTED))
                        .outputFields()
                        .keySet());
    }

    @Test
    void textOfFieldsIsUnicode() {
        Map<String, String> fields = new TreeMap<>(POD);
        fields.put("k8s.ns.name", "caf\u00c3\u00a9");
        assertEquals(
                "caf\u00e9", alert(fields, "opened", List.of()).outputFields().get("k8s.ns.name"));
    }

    @Test
    void allAlertsNameTheInstanceOnceItIsKnown() throws SpoolException, InvalidAlertException {
        Alert ruleAlert = alert(HOST, "opened", List.of());
        Alert internal = new Alert(
                null,
                "node",
                1,
                Priority.ERROR,
                "Tiercel internal: x",
                Alert.INTERNAL,
                List.of(),
                "m",
                new TreeMap<>());
        List<Alert> printed = new ArrayList<>();
        List<InstanceId> known = new ArrayList<>();
        try (Spool spool = Spool.open(folder, SpoolOptions.defaults())) {
            AlertDelivery delivery = AlertDelivery.direct(new AlertWriter(
                    AlertIdGenerator.forReplay("node", "boot"),
                    spool,
                    null,
                    List.of(printed::add),
                    () -> known.stream().findFirst()));
            delivery.accept(ruleAlert);
            known.add(new InstanceId("i-0123456789abcdef0", InstanceId.Source.DMI));
            delivery.accept(ruleAlert);
            delivery.accept(internal);
            List<Optional<Object>> stored = new ArrayList<>();
            for (var spooled : spool.peek(10, 100_000)) {
                stored.add(Optional.ofNullable(
                        AlertJson.read(spooled.json()).outputFields().get(AlertWriter.INSTANCE_ID)));
            }
            Optional<Object> id = Optional.of("i-0123456789abcdef0");
            assertEquals(List.of(Optional.empty(), id, id), stored);
        }
        assertEquals("dmi", printed.getLast().outputFields().get(AlertWriter.INSTANCE_SOURCE));
        assertEquals(ruleAlert.outputFields(), printed.getFirst().outputFields());
    }
}
