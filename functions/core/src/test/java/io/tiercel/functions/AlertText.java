package io.tiercel.functions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.intake.AlertParser;
import io.tiercel.functions.intake.IdentifiedAlert;

/** Alerts for tests. */
public final class AlertText {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private AlertText() {}

    /** Returns a sensor alert: Python reads /etc/shadow on a host. */
    public static ObjectNode shadowRead() {
        return object("""
            {"hostname":"node-7","id":"node-7/5a1c0f3e-0d5c-4d8e-9b39-0f1d5a2f7c11/42",
             "output":"22:13:20.123456789: Warning Sensitive file read by untrusted program | file=/etc/shadow",
             "output_fields":{"container.id":"host","evt.time":1700000000123456789,"fd.name":"/etc/shadow",
               "proc.exepath":"/usr/bin/python3.13","proc.name":"python3","proc.pid":4242,"k8s.pod.name":null},
             "priority":"Warning","rule":"Sensitive file read by untrusted program","source":"syscall",
             "tags":["T1003.008","mitre_credential_access","host"],"time":"2023-11-14T22:13:20.123456789Z"}\
            """);
    }

    /** Returns a Falco alert: a shell starts in a pod. */
    public static ObjectNode shellInPod() {
        return object("""
            {"hostname":"node-7","output":"22:13:20.000000001: Notice A shell was spawned",
             "output_fields":{"container.id":"3ad7b26ded6d","container.image.repository":"shop/cart",
               "container.name":"cart","evt.time":1700000000000000001,"k8s.ns.name":"shop","k8s.pod.name":"cart-5f7",
               "proc.name":"sh","proc.exepath":"/bin/sh"},
             "priority":"Warning","rule":"Terminal shell in container","source":"syscall",
             "tags":["T1059","mitre_execution"],"time":"2023-11-14T22:13:20.000000001Z"}\
            """);
    }

    /** Parses a JSON object. */
    public static ObjectNode object(String json) {
        try {
            return (ObjectNode) MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Returns the alert with another output field. */
    public static ObjectNode with(ObjectNode alert, String field, String value) {
        ObjectNode copy = alert.deepCopy();
        ((ObjectNode) copy.get("output_fields")).put(field, value);
        return copy;
    }

    /** Parses an alert. */
    public static IdentifiedAlert read(ObjectNode alert) {
        return AlertParser.parse(alert);
    }
}
