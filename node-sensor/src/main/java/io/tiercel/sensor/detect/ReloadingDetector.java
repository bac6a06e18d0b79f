package io.tiercel.sensor.detect;

import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.engine.Rule;
import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.load.Location;
import io.tiercel.rules.load.Problem;
import io.tiercel.sensor.event.EventStream;
import io.tiercel.sensor.state.FieldGroup;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Rules that are exchanged while events flow: each event is evaluated by one set, all of it, and the kernel captures
 * what that set asks for.
 *
 * <p>New rules are made by another thread, since that takes a while, and come through a queue. They are taken between
 * two polls of the stream, so that nothing has to be locked for an event.
 */
public final class ReloadingDetector implements Detector {
    private static final String RELOADED = "Tiercel internal: rules reloaded";
    private static final String MISTAKEN = "Tiercel internal: first pass mistaken";
    private static final int MAX_MISTAKEN = 64;
    private static final String NOT_RELOADED = "Tiercel internal: rules not reloaded";

    /** Characters of a problem's message that an alert carries. */
    private static final int MAX_MESSAGE = 1_000;

    private final EventStream stream;
    private final FileNameMode names;
    private final AlertDelivery delivery;
    private final InternalAlerts alerts;
    private final Queue<RuleReload> reloads;
    private final Consumer<String> console;
    private final Set<String> mistaken = new HashSet<>();
    private final PrefilterCompiler maker;
    private RuleEngine inForce;
    private RuleDetector current;
    private long rulesInForce;
    private long reloaded;
    private long refused;

    /**
     * Starts with rules that the stream already captures for, and has the host names resolved that they compare with.
     *
     * @param reloads what to act on; safe for the use by two threads
     * @param console takes a line for the person who watches
     */
    public ReloadingDetector(
            EventStream stream,
            RuleEngine rules,
            FileNameMode names,
            AlertDelivery delivery,
            Queue<RuleReload> reloads,
            Consumer<String> console) {
        this.stream = stream;
        this.names = names;
        this.delivery = delivery;
        this.alerts = new InternalAlerts(stream.node().hostname(), delivery);
        this.reloads = reloads;
        this.console = console;
        this.maker = new PrefilterCompiler(console);
        this.inForce = rules;
        this.current = start(rules);
        this.rulesInForce = enabled(rules);
        stream.awaitContainers(needsContainers(rules));
        stream.wantStandardFds(rules.fields().stream().anyMatch(FieldGroup::standardFd));
        stream.resolve(rules.hostNames());
    }

    /** Rules that are evaluated now. */
    public long rulesInForce() {
        return rulesInForce;
    }

    /** How often rules were exchanged. */
    public long reloaded() {
        return reloaded;
    }

    /** How often rules could not be used, so that the earlier ones stayed. */
    public long refused() {
        return refused;
    }

    @Override
    public void detect(Event event) {
        current.detect(event);
    }

    @Override
    public void betweenEvents() {
        switch (reloads.poll()) {
            case RuleReload.Loaded(RuleEngine rules) -> switchTo(rules);
            case RuleReload.Refused(Problem problem, int errors) -> refuse(problem, errors);
            case null -> {}
        }
        PrefilterCompiler.Made made = maker.take();
        if (made != null && made.rules() == inForce) {
            current = detector(inForce, new ActivePrefilter(made.pass(), stream.firstPass(made.tables())));
        }
    }

    private void switchTo(RuleEngine rules) {
        current = start(rules);
        stream.want(rules.eventTypes().names());
        stream.awaitContainers(needsContainers(rules));
        stream.wantStandardFds(rules.fields().stream().anyMatch(FieldGroup::standardFd));
        stream.resolve(rules.hostNames());
        long enabled = enabled(rules);
        rulesInForce = enabled;
        reloaded++;
        alerts.emit(
                InternalAlerts.now(),
                Priority.NOTICE,
                RELOADED,
                enabled + " rules are in force",
                new TreeMap<>(Map.of("rules", enabled)));
        console.accept("rules reloaded: " + enabled + " rules");
    }

    private void refuse(Problem problem, int errors) {
        refused++;
        Location place = problem.location();
        boolean placed = place.line() > 0;
        TreeMap<String, @Nullable Object> fields = new TreeMap<>();
        fields.put("file", place.file());
        fields.put("line", placed ? (Long) (long) place.line() : null);
        fields.put("column", placed ? (Long) (long) place.column() : null);
        fields.put("code", problem.code().name());
        fields.put("errors", (long) errors);
        alerts.emit(
                InternalAlerts.now(),
                Priority.ERROR,
                NOT_RELOADED,
                "The earlier rules stay in force: " + cut(problem.message()),
                fields);
    }

    private static long enabled(RuleEngine rules) {
        return rules.rules().stream().filter(Rule::enabled).count();
    }

    /** Whether a rule looks at, or its alerts show, what only a container's runtime tells. */
    private static boolean needsContainers(RuleEngine rules) {
        return rules.eventTypes().contains(EventTypes.code("container"))
                || rules.fields().stream().anyMatch(FieldGroup::fromRuntime);
    }

    /** Evaluates by these rules from now on; what the kernel finds out is for them once it is told how. */
    private RuleDetector start(RuleEngine rules) {
        inForce = rules;
        if (stream.hasFirstPass()) {
            stream.withoutFirstPass();
            maker.begin(rules);
        }
        return detector(rules, ActivePrefilter.NONE);
    }

    private RuleDetector detector(RuleEngine rules, ActivePrefilter pass) {
        return new RuleDetector(
                rules, names, stream.node().hostname(), delivery, pass, stream.checksFirstPass(), this::mistaken);
    }

    /** Said once for each rule: every further event would say the same. */
    private void mistaken(Rule rule) {
        if (mistaken.size() < MAX_MISTAKEN && mistaken.add(rule.name())) {
            alerts.emit(
                    InternalAlerts.now(),
                    Priority.ERROR,
                    MISTAKEN,
                    "The kernel ruled out a rule that matches; --first-pass=off helps until this is mended: "
                            + rule.name(),
                    new TreeMap<>(Map.of("rule", rule.name())));
        }
    }

    private static String cut(String message) {
        if (message.length() <= MAX_MESSAGE) {
            return message;
        }
        boolean split = Character.isHighSurrogate(message.charAt(MAX_MESSAGE - 1));
        return message.substring(0, split ? MAX_MESSAGE - 1 : MAX_MESSAGE) + " ...";
    }
}
