package io.tiercel.functions.local;

import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.cloud.AutoScalingClient;
import io.tiercel.functions.cloud.Ec2Client;
import io.tiercel.functions.cloud.IamClient;
import io.tiercel.functions.cloud.LambdaReceiver;
import io.tiercel.functions.cloud.LoadBalancingClient;
import io.tiercel.functions.cloud.SignedHttpClient;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.kubernetes.KubernetesApiClient;
import io.tiercel.functions.kubernetes.KubernetesClients;
import io.tiercel.functions.notify.webhook.ResponseWebhook;
import io.tiercel.functions.planning.AffectedTargets;
import io.tiercel.functions.planning.IncidentPlanContext;
import io.tiercel.functions.planning.PlanPreview;
import io.tiercel.functions.respond.PlanReader;
import io.tiercel.functions.respond.Planner;
import io.tiercel.functions.respond.ResponsePlan;
import io.tiercel.functions.respond.ResponseRequestPublisher;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.ec2.Ec2Api;
import io.tiercel.functions.respond.ec2.Ec2BranchInterfaces;
import io.tiercel.functions.respond.ec2.EvidenceStore;
import io.tiercel.functions.respond.guard.KillSwitch;
import io.tiercel.functions.respond.kubernetes.BranchInterfaces;
import io.tiercel.functions.respond.plan.ActionHandlers;
import io.tiercel.functions.respond.plan.PlanStore;
import io.tiercel.functions.respond.plan.PlannedResponder;
import io.tiercel.functions.respond.policy.Policies;
import io.tiercel.functions.respond.policy.ReloadingPolicies;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.secret.SecretResolver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.Config;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/**
 * The responder of one machine. {@code TIERCEL_RESPONSES} names a file of policies, which may change while this runs; {@code TIERCEL_ACTIONS} says what may be
 * acted on, any of {@code aws} and {@code kubernetes} with a comma between them, with the rights that the surroundings give.
 * The kill switch is the file {@code stop-responses} in the data folder: while it is there, nothing begins.
 */
final class ResponderWiring {
    static final String KILL_SWITCH = "stop-responses";
    private static final Set<String> ACTIONS = Set.of("aws", "kubernetes");

    private final PlannedResponder responder;
    private final PlanStore plans;
    private final PlanPreview foreseen;

    ResponderWiring(
            Config config,
            Path dataFolder,
            StateStore store,
            IncidentStore incidents,
            AuditLog audit,
            ResponseRequestPublisher bell,
            Consumer<String> changed,
            InstantSource clock) {
        Supplier<Policies> policies =
                ReloadingPolicies.of(config.getOptionalValue("tiercel.responses", String.class), clock);
        this.plans = new PlanStore(store);
        this.foreseen = new PlanPreview(new Planner(policies));
        this.responder = new PlannedResponder(
                policies,
                new IncidentPlanContext(incidents, new AffectedTargets(store)),
                store,
                actionHandlers(actions(config), dataFolder, clock).all(),
                killSwitch(dataFolder),
                audit,
                new PlannedResponder.PlanListener() {
                    @Override
                    public void responseRequested(String incidentId) {
                        bell.publish(incidentId, "again-" + clock.millis());
                    }

                    @Override
                    public void planChanged(String incidentId) {
                        changed.accept(incidentId);
                    }
                },
                clock);
    }

    private static Set<String> actions(Config config) {
        Set<String> actions = Arrays.stream(config.getOptionalValue("tiercel.actions", String.class)
                        .orElse("")
                        .split(",", -1))
                .map(String::strip)
                .filter(action -> !action.isEmpty())
                .collect(Collectors.toSet());
        if (!ACTIONS.containsAll(actions)) {
            throw new IllegalArgumentException("TIERCEL_ACTIONS is aws, kubernetes or aws,kubernetes, not "
                    + String.join(",", actions.stream().sorted().toList()));
        }
        return actions;
    }

    private static KillSwitch killSwitch(Path dataFolder) {
        return () -> !Files.notExists(dataFolder.resolve(KILL_SWITCH));
    }

    private static ActionHandlers actionHandlers(Set<String> actions, Path dataFolder, InstantSource clock) {
        SecretResolver secrets = SecretResolver.forFilesAndEnvironment(clock);
        ActionHandlers handlers = new ActionHandlers()
                .webhooks(new ResponseWebhook(name -> secrets.resolve(name).value(), clock));
        BranchInterfaces branches = BranchInterfaces.NONE;
        if (actions.contains("aws")) {
            SignedHttpClient http = SignedHttpClient.fromEnvironment(UrlConnectionHttpClient.builder()
                    .connectionTimeout(Duration.ofSeconds(2))
                    .socketTimeout(Duration.ofSeconds(10))
                    .build());
            Ec2Api ec2 = new Ec2Client(http);
            branches = new Ec2BranchInterfaces(ec2);
            handlers.aws(
                            ec2,
                            new AutoScalingClient(http),
                            new LoadBalancingClient(http),
                            evidence(dataFolder),
                            new IamClient(http),
                            clock)
                    .functions(new LambdaReceiver(http));
        }
        if (actions.contains("kubernetes")) {
            handlers.kubernetes(new KubernetesApiClient(KubernetesClients.fromEnvironment()), branches);
        }
        return handlers;
    }

    /** Manifests as files below the data folder. */
    private static EvidenceStore evidence(Path dataFolder) {
        return (name, document) -> {
            Path file = dataFolder.resolve("evidence").resolve(name);
            try {
                Files.createDirectories(file.getParent());
                return Files.writeString(file, document).toAbsolutePath().toString();
            } catch (IOException e) {
                throw ActionException.retryable("the manifest cannot be written to " + file, e);
            }
        };
    }

    PlannedResponder responder() {
        return responder;
    }

    PlanReader plans() {
        return plans;
    }

    PlanPreview foreseen() {
        return foreseen;
    }

    /** The plan as it stands, or as it is foreseen before the responder has looked at the incident. */
    ResponsePlan of(Incident incident) {
        Optional<ResponsePlan> stored = plans.plan(incident.id());
        return stored.orElseGet(() -> foreseen.preview(incident));
    }
}
