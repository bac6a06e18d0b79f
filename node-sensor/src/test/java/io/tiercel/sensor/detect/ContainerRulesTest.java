package io.tiercel.sensor.detect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.rules.engine.RuleMatching;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.load.LoadOptions;
import io.tiercel.rules.load.LoadedRules;
import io.tiercel.rules.load.RuleLoader;
import io.tiercel.rules.load.RuleSource;
import io.tiercel.sensor.delivery.AlertDelivery;
import io.tiercel.sensor.delivery.AlertWriter;
import io.tiercel.sensor.event.ContainerAwareEvent;
import io.tiercel.sensor.event.EventStream;
import io.tiercel.sensor.process.NodeIdentity;
import io.tiercel.sensor.spool.AlertIdGenerator;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests when events wait for container metadata, and how alerts mark missing metadata. */
@Tag("unit")
class ContainerRulesTest {
    private final List<Boolean> waits = new ArrayList<>();

    private EventStream stream() {
        return (EventStream) Proxy.newProxyInstance(
                EventStream.class.getClassLoader(), new Class<?>[] {EventStream.class}, (_, method, arguments) -> {
                    if (method.getName().equals("waitForContainerMetadata")) {
                        waits.add((Boolean) arguments[0]);
                    }
                    return switch (method.getName()) {
                        case "node" -> new NodeIdentity("node", "boot");
                        case "hasPrefilter", "verifiesPrefilter" -> false;
                        default -> null;
                    };
                });
    }

    private static RuleEngine engine(String condition, String output, boolean enabled) {
        String rule = "- {rule: r, desc: d, priority: INFO, enabled: " + enabled + ", output: '" + output
                + "', condition: '" + condition + "'}";
        LoadedRules loaded =
                Objects.requireNonNull(new RuleLoader(LoadOptions.defaults().withAppendOutput(List.of()))
                        .load(List.of(new RuleSource.Text("rules.yaml", rule)))
                        .rules());
        return RuleEngine.of(loaded.rules(), loaded.fields(), RuleMatching.FIRST, Priority.DEBUG);
    }

    @ParameterizedTest
    @CsvSource({
        "evt.type = open and container.id != host, opened, true, false",
        "evt.type = open and container.id != host, %container.full_id %container.start_ts, true, false",
        "evt.type = open and not k8s.ns.name = x, opened, true, true",
        "evt.type = open and tolower(container.image.repository) = x, opened, true, true",
        "evt.type = open and container.mount.dest[/etc] exists, opened, true, true",
        "evt.type = open, %container.name, true, true",
        "evt.type = open and container.privileged = true, opened, false, false",
        "evt.type = container, started, true, true",
    })
    void eventsWaitOnlyIfAnEnabledRuleNeedsMetadata(
            String condition, String output, boolean enabled, boolean expected) {
        Queue<RuleReload> reloads = new ArrayDeque<>();
        AlertDelivery delivery = AlertDelivery.direct(
                new AlertWriter(AlertIdGenerator.forReplay("node", "boot"), null, List.of(_ -> {})));
        ReloadingDetector detector = new ReloadingDetector(
                stream(),
                engine("evt.type = open", "opened", true),
                PrefilterCompilation.none(),
                FileNameMode.BOTH,
                delivery,
                reloads,
                _ -> {});
        assertEquals(List.of(false), waits);
        reloads.add(new RuleReload.Loaded(engine(condition, output, enabled), ""));
        detector.betweenEvents();
        assertEquals(List.of(false, expected), waits, "also when rules are exchanged");
    }

    @Test
    void alertsExplainMissingMetadata() {
        assertEquals("late", metadata("late"));
        assertEquals("unknown", metadata("unknown"));
        assertEquals("nothing said", metadata(null));
    }

    private static Object metadata(@Nullable String missing) {
        ContainerAwareEvent event = (ContainerAwareEvent) Proxy.newProxyInstance(
                ContainerAwareEvent.class.getClassLoader(),
                new Class<?>[] {ContainerAwareEvent.class},
                (_, method, _) -> switch (method.getName()) {
                    case "missingMetadata" -> missing;
                    case "type" -> EventTypes.code("open");
                    case "text" -> "open";
                    case "has" -> true;
                    default -> method.getReturnType() == long.class ? (Object) 0L : null;
                });
        List<Alert> alerts = new ArrayList<>();
        new RuleDetector(engine("evt.type = open", "opened", true), FileNameMode.BOTH, "node", alerts::add)
                .detect(event);
        return Objects.requireNonNullElse(
                alerts.getFirst().outputFields().get(RuleDetector.CONTAINER_METADATA), "nothing said");
    }
}
