package io.tiercel.sensor.detect;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.event.ByteText;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.field.Field;
import io.tiercel.rules.field.FieldRef;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Adds namespace, name and uid of the pod to the output fields of alerts from pods, whatever the output of the rule contains. The
 * functions need them to tell a pod from a later one of the same name. The message and alerts from outside pods do not change.
 */
final class PodFields {
    private static final FieldRef UID = reference(Field.K8S_POD_UID);
    private static final List<FieldRef> ADDED =
            List.of(reference(Field.K8S_NS_NAME), reference(Field.K8S_POD_NAME), UID);

    private PodFields() {}

    private static FieldRef reference(Field field) {
        return new FieldRef(field, -1, null, 0);
    }

    /** Returns the alert of an event with the fields of its pod. */
    static Alert add(Alert alert, Event event) {
        if (event.text(UID) == null) {
            return alert;
        }
        Map<String, String> fields = new HashMap<>();
        for (FieldRef reference : ADDED) {
            String value = event.text(reference);
            if (value != null && alert.outputFields().get(reference.text()) == null) {
                fields.put(reference.text(), ByteText.toUnicode(value));
            }
        }
        return alert.withOutputFields(fields);
    }
}
