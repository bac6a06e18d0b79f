package io.tiercel.functions.operate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.operate.Problem.ArgumentError;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** The operations over the stores of one machine or of AWS. Thread-safe. */
public final class OperatorService implements OperatorApi {
    private static final OperatorAnswer UNAVAILABLE = Problem.later(
                    503, "the store cannot be used now; the health check and the log have the cause")
            .answer();

    private final Map<String, BiFunction<Arguments, Caller, ObjectNode>> handlers;

    public OperatorService(OperatorStores stores, OperatorServices services, InstantSource clock) {
        IncidentFinder finder = new IncidentFinder(stores, services, clock);
        IncidentReads reads = new IncidentReads(stores, finder, new IncidentDetail(stores, services, finder), clock);
        IncidentChanges changes = new IncidentChanges(stores, services, finder, clock);
        SilenceOperations silences = new SilenceOperations(services.silences(), clock);
        ResponseControls responses = new ResponseControls(stores, clock);
        Overview overview = new Overview(stores, clock);
        AuditOperations audit = new AuditOperations(stores, services, finder);
        this.handlers = Map.ofEntries(
                Map.entry(Operations.LIST_INCIDENTS, (arguments, _) -> reads.list(arguments)),
                Map.entry(Operations.SHOW_INCIDENT, (arguments, _) -> reads.show(arguments)),
                Map.entry(Operations.ACKNOWLEDGE, changes::acknowledge),
                Map.entry(Operations.ASSIGN, changes::assign),
                Map.entry(Operations.COMMENT, changes::comment),
                Map.entry(Operations.APPROVE, changes::approve),
                Map.entry(Operations.RELEASE, changes::release),
                Map.entry(Operations.CLOSE, changes::close),
                Map.entry(Operations.LIST_SILENCES, (arguments, _) -> silences.list(arguments)),
                Map.entry(Operations.CREATE_SILENCE, silences::create),
                Map.entry(Operations.END_SILENCE, silences::end),
                Map.entry(Operations.LIST_HELD, (arguments, _) -> responses.held(arguments)),
                Map.entry(Operations.SHOW_KILL_SWITCH, (_, _) -> responses.killSwitch()),
                Map.entry(Operations.SET_KILL_SWITCH, responses::setKillSwitch),
                Map.entry(Operations.STATISTICS, (_, _) -> overview.statistics()),
                Map.entry(Operations.LIST_NODES, (arguments, _) -> overview.nodes(arguments)),
                Map.entry(Operations.LIST_RULES, (arguments, _) -> overview.rules(arguments)),
                Map.entry(Operations.LIST_AUDIT, (arguments, _) -> audit.list(arguments)),
                Map.entry(Operations.SHOW_OPERATOR, (_, caller) -> operator(caller)));
    }

    @Override
    public OperatorAnswer call(OperatorRequest request, Caller caller) {
        Optional<Operation> operation = Operations.find(request.operation());
        if (operation.isEmpty()) {
            return Problem.of(
                            400,
                            "unknown operation; the operations are "
                                    + Operations.ALL.stream()
                                            .map(Operation::name)
                                            .collect(Collectors.joining(", ")))
                    .answer();
        }
        if (!operation.get().permits(caller.role())) {
            return Problem.of(403, operation.get().name() + " requires the role responder; your role is viewer")
                    .answer();
        }
        try {
            Arguments arguments = Arguments.parse(operation.get(), request.arguments());
            return new OperatorAnswer(200, handler(operation.get()).apply(arguments, caller));
        } catch (Problem e) {
            return e.answer();
        } catch (IncidentPages.InvalidCursor e) {
            return Problem.arguments(List.of(new ArgumentError("cursor", String.valueOf(e.getMessage()))))
                    .answer();
        } catch (StoreUnavailable e) {
            return UNAVAILABLE;
        }
    }

    private BiFunction<Arguments, Caller, ObjectNode> handler(Operation operation) {
        BiFunction<Arguments, Caller, ObjectNode> handler = handlers.get(operation.name());
        if (handler == null) {
            throw new IllegalStateException(operation.name() + " has no handler");
        }
        return handler;
    }

    private static ObjectNode operator(Caller caller) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("name", caller.name())
                .put("role", caller.role().name().toLowerCase(Locale.ROOT));
    }
}
