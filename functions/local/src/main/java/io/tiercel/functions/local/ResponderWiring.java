package io.tiercel.functions.local;

import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.cloud.AwsAutoScalingApi;
import io.tiercel.functions.cloud.AwsEc2Api;
import io.tiercel.functions.cloud.AwsIamApi;
import io.tiercel.functions.cloud.AwsLoadBalancingApi;
import io.tiercel.functions.cloud.AwsPodIdentityApi;
import io.tiercel.functions.cloud.LambdaReceiver;
import io.tiercel.functions.config.ExternalSystem;
import io.tiercel.functions.enrich.TargetLookup;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.kubernetes.KubernetesApiClient;
import io.tiercel.functions.kubernetes.KubernetesClients;
import io.tiercel.functions.local.config.ServerConfig;
import io.tiercel.functions.local.worker.DueRequests;
import io.tiercel.functions.lookup.AwsConnection;
import io.tiercel.functions.notification.IncidentEventPublisher;
import io.tiercel.functions.notify.webhook.ResponseWebhook;
import io.tiercel.functions.planning.AffectedTargets;
import io.tiercel.functions.planning.IncidentPlanContext;
import io.tiercel.functions.planning.PlanPreview;
import io.tiercel.functions.respond.Planner;
import io.tiercel.functions.respond.ResponsePlan;
import io.tiercel.functions.respond.ResponseRequestPublisher;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.ec2.Ec2Api;
import io.tiercel.functions.respond.ec2.Ec2BranchInterfaces;
import io.tiercel.functions.respond.ec2.EvidenceStore;
import io.tiercel.functions.respond.iam.PodIdentityApi;
import io.tiercel.functions.respond.kubernetes.BranchInterfaces;
import io.tiercel.functions.respond.plan.ActionHandlers;
import io.tiercel.functions.respond.plan.PlanStore;
import io.tiercel.functions.respond.plan.PlannedResponder;
import io.tiercel.functions.respond.plan.RunLimits;
import io.tiercel.functions.respond.policy.Policies;
import io.tiercel.functions.respond.policy.ReloadingPolicies;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.secret.SecretResolver;
import io.tiercel.functions.stage.PlanPublisher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The responder of the server. The kill switch is the file {@code stop-responses} in the data directory: while it exists, no
 * step starts.
 */
final class ResponderWiring {
    static final String KILL_SWITCH = "stop-responses";

    private final PlannedResponder responder;
    private final FileKillSwitch killSwitch;
    private final PlanStore plans;
    private final PlanPreview preview;
    private final DueRequests dueRequests;

    ResponderWiring(
            ServerConfig config,
            StateStore store,
            IncidentStore incidents,
            TargetLookup targets,
            AuditLog audit,
            ResponseRequestPublisher requests,
            IncidentEventPublisher events,
            InstantSource clock) {
        Path dataDirectory = config.dataDirectory();
        Supplier<Policies> policies = ReloadingPolicies.of(config.responses(), clock);
        this.dueRequests = new DueRequests(clock);
        this.killSwitch = new FileKillSwitch(dataDirectory.resolve(KILL_SWITCH), store);
        this.plans = new PlanStore(store);
        this.preview = new PlanPreview(new Planner(policies));
        this.responder = new PlannedResponder(
                policies,
                new IncidentPlanContext(incidents, new AffectedTargets(store)),
                targets,
                store,
                actionHandlers(config, clock).all(),
                killSwitch,
                audit,
                new PlanPublisher(requests, events, incidents, dueRequests, clock),
                clock,
                RunLimits.SERVER);
    }

    private static ActionHandlers actionHandlers(ServerConfig config, InstantSource clock) {
        Set<ExternalSystem> actions = config.actions();
        SecretResolver secrets = SecretResolver.forFilesAndEnvironment(clock);
        ActionHandlers handlers = new ActionHandlers()
                .webhooks(new ResponseWebhook(name -> secrets.resolve(name).value(), clock));
        BranchInterfaces branches = BranchInterfaces.NONE;
        if (actions.contains(ExternalSystem.AWS)) {
            AwsConnection aws = AwsConnection.fromEnvironment(AwsConnection.Timeouts.ACTIONS);
            Ec2Api ec2 = new AwsEc2Api(aws);
            branches = new Ec2BranchInterfaces(ec2);
            handlers.aws(
                            ec2,
                            new AwsAutoScalingApi(aws),
                            new AwsLoadBalancingApi(aws),
                            evidence(config.dataDirectory()),
                            new AwsIamApi(aws),
                            config.eksCluster()
                                    .<PodIdentityApi>map(cluster -> new AwsPodIdentityApi(aws, cluster))
                                    .orElse(PodIdentityApi.NONE),
                            clock)
                    .functions(new LambdaReceiver(aws));
        }
        if (actions.contains(ExternalSystem.KUBERNETES)) {
            handlers.kubernetes(new KubernetesApiClient(KubernetesClients.fromEnvironment()), branches);
        }
        return handlers;
    }

    /** Stores manifests as files in the data directory. */
    private static EvidenceStore evidence(Path dataDirectory) {
        return (name, document) -> {
            Path file = dataDirectory.resolve("evidence").resolve(name);
            try {
                Files.createDirectories(file.getParent());
                return Files.writeString(file, document).toAbsolutePath().toString();
            } catch (IOException e) {
                throw ActionException.retryable("cannot write the manifest to " + file, e);
            }
        };
    }

    /** Drops the requests that are due later. */
    void stop() {
        dueRequests.stop();
    }

    PlannedResponder responder() {
        return responder;
    }

    FileKillSwitch killSwitch() {
        return killSwitch;
    }

    PlanStore plans() {
        return plans;
    }

    PlanPreview preview() {
        return preview;
    }

    /** Returns the stored plan, or the plan preview if the responder has not processed the incident. */
    ResponsePlan planFor(Incident incident) {
        Optional<ResponsePlan> stored = plans.plan(incident.id());
        return stored.orElseGet(() -> preview.preview(incident));
    }
}
