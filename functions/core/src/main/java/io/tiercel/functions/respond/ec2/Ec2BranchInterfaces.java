package io.tiercel.functions.respond.ec2;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tiercel.functions.enrich.PodEniAnnotation;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.CapturedPart;
import io.tiercel.functions.respond.action.HeldPart;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.action.PartKeys;
import io.tiercel.functions.respond.ec2.Ec2Api.NetworkInterface;
import io.tiercel.functions.respond.ec2.HeldInterfaces.Outcome;
import io.tiercel.functions.respond.kubernetes.BranchInterfaces;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Pod;
import io.tiercel.functions.retry.Pause;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The branch network interfaces of pods in EC2, found through the annotation of the VPC resource controller of EKS. */
public final class Ec2BranchInterfaces implements BranchInterfaces {
    private static final int MAX_INTERFACES = 8;

    private final Ec2Api ec2;
    private final HeldInterfaces heldInterfaces;

    public Ec2BranchInterfaces(Ec2Api ec2) {
        this(ec2, Pause.THREAD);
    }

    /** @param pause waits between the attempts of a failed call */
    public Ec2BranchInterfaces(Ec2Api ec2, Pause pause) {
        this.ec2 = ec2;
        this.heldInterfaces = new HeldInterfaces(ec2, pause);
    }

    /**
     * The interfaces of a pod.
     *
     * @param interfaces the confirmed branch interfaces
     * @param problem why further interfaces are not known; null if these are all
     */
    private record Found(
            List<NetworkInterface> interfaces, @Nullable String problem) {}

    /**
     * Reads the interfaces of a pod. A pod may write its own annotations, so an interface counts only if EC2 reports that it is a
     * branch interface with the pod's address. An invalid annotation is a problem in the result and not a failure, so that it
     * cannot keep the NetworkPolicy from isolating the pod.
     */
    private Found read(Pod pod) {
        String annotation = pod.annotations().get(PodEniAnnotation.KEY);
        if (annotation == null) {
            return new Found(List.of(), null);
        }
        List<NetworkInterface> interfaces = new ArrayList<>();
        List<String> foreign = new ArrayList<>();
        try {
            for (String id : PodEniAnnotation.interfaceIds(annotation)) {
                if (interfaces.size() >= MAX_INTERFACES) {
                    break;
                }
                ec2.networkInterface(id)
                        .filter(found -> found.type().equals("branch"))
                        .ifPresent(found -> {
                            if (found.addresses().stream().anyMatch(address -> address.equals(pod.address()))) {
                                interfaces.add(found);
                            } else {
                                foreign.add(id);
                            }
                        });
            }
            return new Found(
                    List.copyOf(interfaces),
                    foreign.isEmpty()
                            ? null
                            : foreign + " in the annotation " + PodEniAnnotation.KEY
                                    + " are not isolated: they do not have the pod's address " + pod.address());
        } catch (JsonProcessingException e) {
            return new Found(List.copyOf(interfaces), problem(e.getOriginalMessage()));
        } catch (ActionException e) {
            if (e.kind() == ActionException.Kind.RETRYABLE) {
                throw e;
            }
            return new Found(List.copyOf(interfaces), problem(e.getMessage()));
        }
    }

    private static String problem(String message) {
        return "the branch interfaces in the annotation " + PodEniAnnotation.KEY + " are not isolated: " + message;
    }

    @Override
    public List<CapturedPart> capture(ActionContext context, Pod pod) {
        return heldInterfaces.capture(context, read(pod).interfaces());
    }

    @Override
    public List<String> preview(ActionContext context, Pod pod) {
        Found found = read(pod);
        List<String> notes = new ArrayList<>(heldInterfaces.preview(context, found.interfaces()));
        if (found.problem() != null) {
            notes.add(found.problem());
        }
        return notes;
    }

    @Override
    public void closeOpen(ActionContext context, HeldParts parts) {
        heldInterfaces.closeOpen(context, parts);
    }

    @Override
    public Result isolate(ActionContext context, @Nullable Pod pod, HeldParts parts) {
        Outcome outcome = heldInterfaces.isolate(context, parts);
        List<String> problems = new ArrayList<>(outcome.problems());
        Found found = pod == null ? new Found(List.of(), null) : read(pod);
        if (found.problem() != null) {
            problems.add(found.problem());
        }
        Set<String> held = parts.all().stream().map(HeldPart::key).collect(Collectors.toSet());
        for (NetworkInterface late : found.interfaces()) {
            if (!held.contains(PartKeys.interfaceGroups(late.id()))) {
                problems.add(late.id() + " is not isolated: the pod received it after the action began, or the step"
                        + " cannot hold it");
            }
        }
        return new Result(
                problems,
                outcome.notes(),
                outcome.succeeded() > 0,
                pod != null && outcome.untracked() && problems.isEmpty());
    }

    @Override
    public Result release(ActionContext context, HeldParts parts) {
        Outcome outcome = heldInterfaces.release(context, parts);
        return new Result(outcome.problems(), outcome.notes(), false, false);
    }

    @Override
    public List<String> previewRelease(HeldParts parts) {
        return HeldInterfaces.previewRelease(parts);
    }
}
