package io.tiercel.sensor.detect;

import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.engine.Rule;
import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.load.Location;
import io.tiercel.rules.load.Problem;
import io.tiercel.rules.text.Quantity;
import io.tiercel.sensor.delivery.AlertDelivery;
import io.tiercel.sensor.event.EventStream;
import io.tiercel.sensor.fields.FieldGroup;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A detector whose rules can be replaced while events arrive. Each event is evaluated by exactly one rule set, and the
 * kernel captures the event types of that set.
 *
 * <p>Another thread loads new rules and passes them through a queue. The event thread takes them between two polls of
 * the stream, so events need no locking.
 */
public final class ReloadingDetector implements Detector {
    private static final String RELOADED = "Tiercel internal: rules reloaded";
    private static final String PREFILTER_MISMATCH = "Tiercel internal: prefilter mismatch";
    private static final int MAX_PREFILTER_MISMATCHES = 64;
    private static final String NOT_RELOADED = "Tiercel internal: rules not reloaded";

    /** Maximum length of an error message in an alert. */
    private static final int MAX_MESSAGE = 1_000;

    private final EventStream stream;
    private final FileNameMode fileNames;
    private final AlertDelivery delivery;
    private final InternalAlerts alerts;
    private final Queue<RuleReload> pendingReloads;
    private final Consumer<String> console;
    private final Set<String> mismatchedRules = new HashSet<>();
    private RuleDetector current;
    private @Nullable Activation next;
    private long activeRuleCount;
    private long reloads;
    private long rejected;
    private long errors;
    private long verifiedEvents;
    private long prefilterMismatches;
    private @Nullable String reloadedDigest;

    /**
     * Rules that become active as soon as their prefilter is compiled.
     *
     * @param digest digest of their files if they replace others; null for the first ones
     */
    private record Activation(RuleEngine rules, @Nullable String digest, PrefilterCompilation prefilter) {}

    /**
     * Starts with rules whose event types the stream has been opened for, and resolves the host names that they compare with. The
     * events begin when their prefilter is compiled.
     *
     * @param prefilter the compilation of their prefilter
     * @param pendingReloads reload results; a thread-safe queue
     * @param console receives log lines for the user
     */
    public ReloadingDetector(
            EventStream stream,
            RuleEngine rules,
            PrefilterCompilation prefilter,
            FileNameMode fileNames,
            AlertDelivery delivery,
            Queue<RuleReload> pendingReloads,
            Consumer<String> console) {
        this.stream = stream;
        this.fileNames = fileNames;
        this.delivery = delivery;
        this.alerts = new InternalAlerts(stream.node().hostname(), delivery);
        this.pendingReloads = pendingReloads;
        this.console = console;
        this.next = new Activation(rules, null, prefilter);
        this.current = detector(rules, ActivePrefilter.NONE);
        this.activeRuleCount = enabled(rules);
        prepareStream(rules);
    }

    private void prepareStream(RuleEngine rules) {
        stream.waitForContainerMetadata(needsContainerMetadata(rules));
        stream.captureStandardFds(rules.fields().stream().anyMatch(FieldGroup::isStandardFd));
        stream.resolveHostNames(rules.hostNames());
        stream.recognizeFiles(rules.fileNames());
    }

    /** Returns the number of enabled rules. */
    public long activeRuleCount() {
        return activeRuleCount;
    }

    /** Returns the number of successful reloads. */
    public long reloads() {
        return reloads;
    }

    /** Returns the number of failed reloads, after which the previous rules stayed active. */
    public long rejected() {
        return rejected;
    }

    /** Returns the number of errors of the latest reload; 0 if it succeeded, or if there was none. */
    public long errors() {
        return errors;
    }

    /** Returns the number of events that the prefilter excluded and that were evaluated to verify it. */
    public long verifiedEvents() {
        return verifiedEvents;
    }

    /** Returns how often a rule matched although the prefilter had excluded it. */
    public long prefilterMismatches() {
        return prefilterMismatches;
    }

    /** Returns the digest of the rule files that the latest successful reload read; null if there was none. */
    public @Nullable String reloadedDigest() {
        return reloadedDigest;
    }

    @Override
    public void detect(Event event) {
        current.detect(event);
    }

    @Override
    public void betweenEvents() {
        switch (pendingReloads.poll()) {
            case RuleReload.Loaded(RuleEngine rules, String digest) ->
                next = new Activation(rules, digest, compile(rules));
            case RuleReload.Rejected(Problem problem, int errors) -> reject(problem, errors);
            case null -> {}
        }
        if (next != null && next.prefilter().ended()) {
            Activation activation = next;
            next = null;
            activate(activation);
        }
    }

    private PrefilterCompilation compile(RuleEngine rules) {
        return stream.hasPrefilter() ? PrefilterCompilation.begin(rules, console) : PrefilterCompilation.none();
    }

    private void activate(Activation activation) {
        RuleEngine rules = activation.rules();
        PrefilterCompilation.Compiled compiled = activation.prefilter().compiled();
        if (compiled == null) {
            stream.removePrefilter();
            current = detector(rules, ActivePrefilter.NONE);
        } else {
            int generation = stream.installPrefilter(compiled.tables(), compiled.processConditions()::remaining);
            current = detector(rules, new ActivePrefilter(compiled.disjunctRules(), generation));
        }
        if (activation.digest() != null) {
            replaced(rules, activation.digest());
        }
        stream.beginEvents();
    }

    private void replaced(RuleEngine rules, String digest) {
        stream.selectEventTypes(rules.eventTypes().names());
        prepareStream(rules);
        reloadedDigest = digest;
        errors = 0;
        activeRuleCount = enabled(rules);
        reloads++;
        alerts.publish(
                InternalAlerts.now(),
                Priority.NOTICE,
                RELOADED,
                Quantity.of(activeRuleCount, "rule") + (activeRuleCount == 1 ? " is" : " are") + " active",
                new TreeMap<>(Map.of("rules", activeRuleCount)));
        console.accept("rules reloaded: " + Quantity.of(activeRuleCount, "rule"));
    }

    private void reject(Problem problem, int problems) {
        rejected++;
        errors = problems;
        Location location = problem.location();
        boolean hasLocation = location.line() > 0;
        TreeMap<String, @Nullable Object> fields = new TreeMap<>();
        fields.put("file", location.file());
        fields.put("line", hasLocation ? (Long) (long) location.line() : null);
        fields.put("column", hasLocation ? (Long) (long) location.column() : null);
        fields.put("code", problem.code().name());
        fields.put("errors", (long) problems);
        alerts.publish(
                InternalAlerts.now(),
                Priority.ERROR,
                NOT_RELOADED,
                "The previous rules stay active: " + truncate(problem.message()),
                fields);
    }

    private static long enabled(RuleEngine rules) {
        return rules.rules().stream().filter(Rule::enabled).count();
    }

    /** Returns true if a rule or its output uses fields that come from the container runtime. */
    private static boolean needsContainerMetadata(RuleEngine rules) {
        return rules.eventTypes().contains(EventTypes.code("container"))
                || rules.fields().stream().anyMatch(FieldGroup::isFromRuntime);
    }

    private RuleDetector detector(RuleEngine rules, ActivePrefilter prefilter) {
        return new RuleDetector(
                rules,
                fileNames,
                stream.node().hostname(),
                delivery,
                prefilter,
                stream.verifiesPrefilter(),
                () -> verifiedEvents++,
                this::publishMismatch,
                stream::noRuleMatched);
    }

    /** Counts each mismatch. Publishes one per rule, because further events would repeat the same finding. */
    private void publishMismatch(Rule rule) {
        prefilterMismatches++;
        if (mismatchedRules.size() < MAX_PREFILTER_MISMATCHES && mismatchedRules.add(rule.name())) {
            alerts.publish(
                    InternalAlerts.now(),
                    Priority.ERROR,
                    PREFILTER_MISMATCH,
                    "The prefilter excluded a rule that matches. Use --prefilter=off until the cause is fixed. Rule: "
                            + rule.name(),
                    new TreeMap<>(Map.of("rule", rule.name())));
        }
    }

    private static String truncate(String message) {
        if (message.length() <= MAX_MESSAGE) {
            return message;
        }
        boolean split = Character.isHighSurrogate(message.charAt(MAX_MESSAGE - 1));
        return message.substring(0, split ? MAX_MESSAGE - 1 : MAX_MESSAGE) + " ...";
    }
}
