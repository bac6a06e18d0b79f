package io.tiercel.functions.respond.kubernetes;

import io.tiercel.functions.respond.kubernetes.KubernetesApi.Controller;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Owner;
import org.jspecify.annotations.Nullable;

/**
 * The effect on the controller of a pod when the pod gets the labels back that the controller selects. The controller adopts the
 * pod. If it has started a replacement, it then has more pods than it wants and deletes the surplus at once. It chooses which.
 */
final class PodAdoption {
    private PodAdoption() {}

    /**
     * Returns what the controller does after the labels are restored, as a message for operators.
     *
     * @param owner the controller before the isolation
     * @param controller its current state; null if it no longer exists or if its kind is not known
     */
    static String effect(Owner owner, @Nullable Controller controller) {
        String name = owner.kind() + " " + owner.name();
        if (controller == null) {
            return name + ", if it exists, selects the pod again and may delete a surplus pod, possibly this one";
        }
        if (owner.kind().equals("DaemonSet")) {
            return name + " selects the pod again, and of its pods on this node it deletes all but the oldest";
        }
        int surplus = controller.current() + 1 - controller.desired();
        if (surplus <= 0) {
            return name + ", which has " + controller.current() + " of " + controller.desired()
                    + " pods, takes the pod back";
        }
        return name + " takes the pod back and then has " + (controller.current() + 1)
                + (controller.current() == 0 ? " pod for " : " pods for ")
                + controller.desired() + " replicas: it deletes " + surplus + " of them"
                + (controller.desired() == 0 ? ", including this one" : ", possibly this one");
    }
}
