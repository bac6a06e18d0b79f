package io.tiercel.functions.local;

import io.tiercel.functions.ForeseenPlans;
import io.tiercel.functions.IncidentGrounds;
import io.tiercel.functions.Scenes;
import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.cloud.Ec2Api;
import io.tiercel.functions.cloud.FleetApi;
import io.tiercel.functions.cloud.JsonApi;
import io.tiercel.functions.cloud.RolesApi;
import io.tiercel.functions.cloud.SignedHttp;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.kubernetes.KubernetesAccess;
import io.tiercel.functions.kubernetes.KubernetesCluster;
import io.tiercel.functions.secret.SecretResolver;
import io.tiercel.functions.respond.Planner;
import io.tiercel.functions.respond.Plans;
import io.tiercel.functions.respond.ResponseBell;
import io.tiercel.functions.respond.ResponsePlan;
import io.tiercel.functions.respond.action.ActionFailed;
import io.tiercel.functions.respond.ec2.Ec2;
import io.tiercel.functions.respond.ec2.Evidence;
import io.tiercel.functions.respond.ec2.PodInterfaces;
import io.tiercel.functions.respond.guard.KillSwitch;
import io.tiercel.functions.respond.kubernetes.BranchInterfaces;
import io.tiercel.functions.notify.webhook.ResponseWebhook;
import io.tiercel.functions.respond.plan.PlannedResponder;
import io.tiercel.functions.respond.plan.Remedies;
import io.tiercel.functions.respond.plan.StoredPlans;
import io.tiercel.functions.respond.policy.Policies;
import io.tiercel.functions.respond.policy.WatchedPolicies;
import io.tiercel.functions.respond.state.StateStore;
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
    private final StoredPlans plans;
    private final ForeseenPlans foreseen;

    ResponderWiring(
            Config config,
            Path dataFolder,
            StateStore store,
            IncidentStore incidents,
            AuditLog audit,
            ResponseBell bell,
            Consumer<String> changed,
            InstantSource clock) {
        Supplier<Policies> policies =
                WatchedPolicies.of(config.getOptionalValue("tiercel.responses", String.class), clock);
        this.plans = new StoredPlans(store);
        this.foreseen = new ForeseenPlans(new Planner(policies));
        this.responder = new PlannedResponder(
                policies,
                new IncidentGrounds(incidents, new Scenes(store)),
                store,
                remedies(actions(config), dataFolder, clock).all(),
                killSwitch(dataFolder),
                audit,
                new PlannedResponder.Bells() {
                    @Override
                    public void again(String incidentId) {
                        bell.ring(incidentId, "again-" + clock.millis());
                    }

                    @Override
                    public void changed(String incidentId) {
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

    private static Remedies remedies(Set<String> actions, Path dataFolder, InstantSource clock) {
        SecretResolver secrets = SecretResolver.forFilesAndEnvironment(clock);
        Remedies remedies =
                new Remedies().webhooks(new ResponseWebhook(name -> secrets.resolve(name).value(), clock));
        BranchInterfaces branches = BranchInterfaces.NONE;
        if (actions.contains("aws")) {
            SignedHttp http = SignedHttp.ofEnvironment(UrlConnectionHttpClient.builder()
                    .connectionTimeout(Duration.ofSeconds(2))
                    .socketTimeout(Duration.ofSeconds(10))
                    .build());
            Ec2 ec2 = new Ec2Api(http);
            branches = new PodInterfaces(ec2);
            remedies.aws(ec2, new FleetApi(http), evidence(dataFolder), new RolesApi(http), clock)
                    .functions(new JsonApi(http).functions());
        }
        if (actions.contains("kubernetes")) {
            remedies.kubernetes(new KubernetesCluster(KubernetesAccess.ofSurroundings()), branches);
        }
        return remedies;
    }

    /** Manifests as files below the data folder. */
    private static Evidence evidence(Path dataFolder) {
        return (name, document) -> {
            Path file = dataFolder.resolve("evidence").resolve(name);
            try {
                Files.createDirectories(file.getParent());
                return Files.writeString(file, document).toAbsolutePath().toString();
            } catch (IOException e) {
                throw ActionFailed.forNow("the manifest cannot be written to " + file, e);
            }
        };
    }

    PlannedResponder responder() {
        return responder;
    }

    Plans plans() {
        return plans;
    }

    ForeseenPlans foreseen() {
        return foreseen;
    }

    /** The plan as it stands, or as it is foreseen before the responder has looked at the incident. */
    ResponsePlan of(Incident incident) {
        Optional<ResponsePlan> stored = plans.plan(incident.id());
        return stored.orElseGet(() -> foreseen.of(incident));
    }
}
