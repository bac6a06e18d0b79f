package io.tiercel.functions.operate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.notification.Acknowledgement;
import io.tiercel.functions.operate.IncidentFinder.Found;
import io.tiercel.functions.operate.IncidentNotes.Assignment;
import io.tiercel.functions.operate.IncidentNotes.Comment;
import io.tiercel.functions.respond.ApprovalOutcome;
import io.tiercel.functions.respond.ReleaseOutcome;
import io.tiercel.functions.respond.ResponsePlan;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The operations that change incidents. Each change is in the audit log before it takes effect. A repeated request answers as before and
 * changes nothing. A request of an operator who saw another version is rejected, unless it repeats an earlier one. Who works on an incident
 * does not depend on its response, so acknowledgements and assignments compare only the version of the lifecycle: a response that goes on by
 * itself does not reject them.
 */
final class IncidentChanges {
    private final OperatorStores stores;
    private final OperatorServices services;
    private final IncidentFinder finder;
    private final InstantSource clock;

    IncidentChanges(OperatorStores stores, OperatorServices services, IncidentFinder finder, InstantSource clock) {
        this.stores = stores;
        this.services = services;
        this.finder = finder;
        this.clock = clock;
    }

    ObjectNode acknowledge(Arguments arguments, Caller caller) {
        Found found = inSameLifecycle(arguments);
        Incident incident = found.incident();
        Acknowledgement present = found.entry().acknowledgement();
        if (present == null) {
            audit(caller, incident, "acknowledges the incident", Map.of());
            present = new Acknowledgement(incident.id(), incident.lifecycle().episode(), caller.name(), clock.millis());
            stores.notifications().acknowledge(present);
            services.publisher().publish(incident.id(), "acknowledged-" + present.atMillis());
            return changed(incident.id(), "acknowledged");
        }
        // An earlier attempt may have failed to publish. Publishing the same change again has no effect.
        services.publisher().publish(incident.id(), "acknowledged-" + present.atMillis());
        return changed(
                incident.id(),
                present.by().equals(caller.name()) ? "acknowledged" : "already acknowledged by " + present.by());
    }

    ObjectNode assign(Arguments arguments, Caller caller) {
        Found found = inSameLifecycle(arguments);
        Incident incident = found.incident();
        String to = SafeText.oneLine(arguments.text("to").orElse("")).strip();
        Assignment present = found.entry().assignment();
        if (to.equals(present == null ? "" : present.to())) {
            return changed(incident.id(), to.isEmpty() ? "unassigned" : "assigned");
        }
        audit(caller, incident, to.isEmpty() ? "removes the assignment" : "assigns the incident", Map.of("to", to));
        stores.notes().assign(incident.id(), to.isEmpty() ? null : new Assignment(to, caller.name(), now()));
        services.publisher().publish(incident.id(), "assigned-" + clock.millis());
        return changed(incident.id(), to.isEmpty() ? "unassigned" : "assigned");
    }

    ObjectNode comment(Arguments arguments, Caller caller) {
        Incident incident = finder.find(arguments.required("id")).incident();
        String text = arguments.required("text");
        if (text.isBlank()) {
            throw Problem.arguments(List.of(new Problem.ArgumentError("text", "text must not be blank")));
        }
        List<Comment> present = stores.notes().comments(incident.id());
        boolean repeated = !present.isEmpty()
                && present.getLast().by().equals(caller.name())
                && present.getLast().text().equals(text);
        if (!repeated) {
            // Without the text: the log keeps its entries for ever, and a comment can be erased.
            audit(caller, incident, "comments", Map.of("characters", Integer.toString(text.length())));
        }
        return switch (stores.notes().comment(incident.id(), new Comment(now(), caller.name(), text))) {
            case ADDED, REPEATED -> {
                services.publisher().publish(incident.id(), "commented-" + clock.millis());
                yield changed(incident.id(), "commented");
            }
            case FULL ->
                throw impossible("the incident has " + IncidentNotes.MAX_COMMENTS + " comments, which is the maximum");
            case UNKNOWN -> throw Problem.of(404, Problem.UNKNOWN_INCIDENT, "the incident no longer exists");
        };
    }

    ObjectNode approve(Arguments arguments, Caller caller) {
        Found found = finder.find(arguments.required("id"));
        Incident incident = found.incident();
        ResponsePlan plan = found.plan();
        String planId = arguments.required("plan");
        boolean approved = plan != null
                && planId.equals(plan.id())
                && !plan.approvable()
                && plan.steps().stream().anyMatch(step -> step.by() != null);
        if (approved) {
            return changed(incident.id(), "already approved");
        }
        requireCurrent(found, arguments);
        if (plan == null || !planId.equals(plan.id())) {
            throw stale(found, "the plan has changed since it was shown; review it again");
        }
        reason(arguments, caller, incident, "gives a reason for the approval");
        ApprovalOutcome outcome = services.responder().approve(incident.id(), planId, caller.name());
        services.publisher().publish(incident.id(), "approved-" + clock.millis());
        return switch (outcome) {
            case ApprovalOutcome.Approved() -> changed(incident.id(), "approved");
            case ApprovalOutcome.AlreadyApproved() -> changed(incident.id(), "already approved");
            case ApprovalOutcome.Rejected(String why) -> throw impossible("not approved: " + why);
        };
    }

    ObjectNode release(Arguments arguments, Caller caller) {
        Found found = finder.find(arguments.required("id"));
        Incident incident = found.incident();
        ResponsePlan plan = found.plan();
        boolean releasable = plan != null && plan.releasable();
        if (!releasable && IncidentView.released(plan)) {
            return changed(incident.id(), "already released");
        }
        requireCurrent(found, arguments);
        if (!releasable) {
            throw impossible("the incident has no response that can be released");
        }
        reason(arguments, caller, incident, "gives a reason for the release");
        ReleaseOutcome outcome = services.responder().release(incident.id(), caller.name());
        services.publisher().publish(incident.id(), "released-" + clock.millis());
        return changed(incident.id(), outcome.text());
    }

    ObjectNode close(Arguments arguments, Caller caller) {
        Found found = finder.find(arguments.required("id"));
        Incident incident = found.incident();
        if (incident.state() == IncidentState.OPEN) {
            requireCurrent(found, arguments);
            reason(arguments, caller, incident, "gives a reason for closing");
        }
        return switch (services.closer().close(incident.id(), caller.name())) {
            case CLOSED -> changed(incident.id(), "closed");
            case ALREADY_CLOSED -> changed(incident.id(), "already closed");
            case UNKNOWN -> throw Problem.of(404, Problem.UNKNOWN_INCIDENT, "the incident no longer exists");
            case BUSY -> throw Problem.later(503, "new alerts arrived while the incident was being closed; try again");
        };
    }

    /** Finds an incident whose state and episode are those that the operator saw. */
    private Found inSameLifecycle(Arguments arguments) {
        Found found = finder.find(arguments.required("id"));
        if (!arguments.required("version").startsWith(IncidentView.lifecycleVersion(found.incident()))) {
            throw changedSince(found);
        }
        return found;
    }

    private void requireCurrent(Found found, Arguments arguments) {
        if (!found.version().equals(arguments.required("version"))) {
            throw changedSince(found);
        }
    }

    private Problem changedSince(Found found) {
        return stale(
                found,
                "the incident has changed since it was shown: it is "
                        + found.incident().lifecycle().label()
                        + " in episode " + found.incident().lifecycle().episode() + ", and its response is "
                        + IncidentView.response(found.plan()) + "; review it again");
    }

    private Problem stale(Found found, String detail) {
        return Problem.of(409, Problem.STALE, detail).with("incident", finder.summary(found));
    }

    private static Problem impossible(String detail) {
        return Problem.of(409, Problem.NOT_POSSIBLE, detail);
    }

    private void reason(Arguments arguments, Caller caller, Incident incident, String action) {
        Optional<String> reason =
                arguments.text("reason").map(text -> SafeText.oneLine(text).strip());
        reason.filter(text -> !text.isEmpty())
                .ifPresent(text -> audit(caller, incident, action, Map.of("reason", text)));
    }

    private void audit(Caller caller, Incident incident, String action, Map<String, String> details) {
        stores.audit().append(AuditEntry.decision(clock.instant(), caller.name(), incident.id(), action, details));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private ObjectNode changed(String incidentId, String outcome) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("outcome", outcome);
        answer.set("incident", finder.summary(finder.find(incidentId)));
        return answer;
    }
}
