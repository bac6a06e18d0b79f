package io.tiercel.functions.aws.operate;

import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.aws.FunctionSettings;
import io.tiercel.functions.aws.ParameterKillSwitch;
import io.tiercel.functions.aws.dynamodb.AuditTable;
import io.tiercel.functions.aws.dynamodb.DynamoDbAuditPages;
import io.tiercel.functions.aws.dynamodb.DynamoDbHoldPages;
import io.tiercel.functions.aws.dynamodb.DynamoDbIncidentNotes;
import io.tiercel.functions.aws.dynamodb.DynamoDbIncidentPages;
import io.tiercel.functions.aws.dynamodb.DynamoDbStateStore;
import io.tiercel.functions.aws.dynamodb.IncidentTable;
import io.tiercel.functions.fleet.Fleet;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.lookup.AwsConnection;
import io.tiercel.functions.notification.IncidentEventPublisher;
import io.tiercel.functions.notification.NotificationStore;
import io.tiercel.functions.notification.silence.ActiveSilences;
import io.tiercel.functions.notification.silence.Silences;
import io.tiercel.functions.operate.FleetPages;
import io.tiercel.functions.operate.OperatorApi;
import io.tiercel.functions.operate.OperatorService;
import io.tiercel.functions.operate.OperatorServices;
import io.tiercel.functions.operate.OperatorStores;
import io.tiercel.functions.planning.PlanPreview;
import io.tiercel.functions.respond.Responder;
import io.tiercel.functions.respond.hold.HeldTargets;
import io.tiercel.functions.respond.plan.PlanStore;
import io.tiercel.functions.stage.IncidentCloser;
import io.tiercel.functions.stage.ScheduledAuditMaintenance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import org.jboss.logging.Logger;

/** CDI producers of the operations of operators. */
@Singleton
final class OperateProducers {
    private static final Logger LOG = Logger.getLogger(OperateProducers.class);

    private final InstantSource clock = InstantSource.system();
    private final OperateSettings settings;

    @Inject
    OperateProducers(OperateSettings settings) {
        this.settings = settings;
    }

    @Produces
    @Singleton
    CallerVerifier callers() {
        settings.stsEndpoint()
                .ifPresent(endpoint -> LOG.warn("TIERCEL_STS_ENDPOINT is set: identities are verified by "
                        + endpoint.getHost() + " and not by STS; use it only in tests"));
        return new CallerVerifier(new StsClient(settings.stsEndpoint()), clock, settings.operateRole());
    }

    @Produces
    @Singleton
    OperatorStores stores(
            FunctionSettings functions,
            IncidentTable table,
            NotificationStore notifications,
            AuditLog audit,
            AwsConnection connection) {
        DynamoDbStateStore state = new DynamoDbStateStore(table);
        PlanStore plans = new PlanStore(state);
        String killSwitch = functions
                .killSwitch()
                .orElseThrow(() -> new IllegalStateException("TIERCEL_KILL_SWITCH is not set; set it to the name of the"
                        + " parameter (infra/terraform does this)"));
        return new OperatorStores(
                new DynamoDbIncidentPages(table),
                new DynamoDbIncidentNotes(table),
                notifications,
                audit,
                new DynamoDbAuditPages(
                        new AuditTable(table.client(), functions.auditTable().orElse("")), clock),
                plans,
                new HeldTargets(new DynamoDbHoldPages(table), plans::action),
                new ParameterKillSwitch(connection, killSwitch, state),
                new FleetPages(new Fleet(state, IncidentRules.defaults().silentAfter(), clock), clock));
    }

    @Produces
    @Singleton
    OperatorServices services(
            Responder responder,
            IncidentCloser closer,
            IncidentEventPublisher publisher,
            IncidentTable table,
            AuditLog audit,
            PlanPreview preview,
            ScheduledAuditMaintenance maintenance) {
        // Silences of the notification file are part of a secret that only notify and interact may read.
        ActiveSilences silences = new ActiveSilences(List.of(), new DynamoDbStateStore(table), clock, LOG::warn);
        return new OperatorServices(
                responder,
                closer,
                publisher,
                new Silences(silences, audit, publisher, clock),
                silences,
                preview,
                maintenance::results);
    }

    @Produces
    @Singleton
    OperatorApi api(OperatorStores stores, OperatorServices services) {
        return new OperatorService(stores, services, clock);
    }
}
