"""AWS for the tests: moto's server on 127.0.0.1, with what it lacks. Usage: moto_server.py PORT_FILE [PORT]

Needs Debian's python3-moto and python3-flask-cors. Binds the port, else a free one, writes it to PORT_FILE when it listens, and ends
when its standard input does, so that it never outlives the test that started it.
"""

import copy
import functools
import os
import sys
import threading
from types import SimpleNamespace

import moto.dynamodb.models as dynamodb
import moto.ec2.models.elastic_network_interfaces as interfaces
import moto.ec2.utils as filters
from moto.ec2.models.instances import Instance
from moto.ec2.responses import EC2Response
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.sqs.models import Queue
from werkzeug.serving import WSGIRequestHandler, make_server


def know_redrive_allow_policy():
    """moto stores this attribute but refuses to show it."""
    Queue.BASE_ATTRIBUTES.append("RedriveAllowPolicy")
    Queue.redrive_allow_policy = None


def keep_policy_when_other_attributes_are_set():
    """moto drops a queue's policy with every SetQueueAttributes that does not repeat it."""
    set_attributes = Queue._set_attributes

    def keeping(self, attributes, now=None):
        policy = getattr(self, "policy", None)
        set_attributes(self, attributes, now)
        if "Policy" not in attributes:
            self.policy = policy

    Queue._set_attributes = keeping


def leave_messages_in_their_queues():
    """moto calls a queue's function with each message as it is sent, in Docker; here the tests take them and call."""
    Queue.lambda_event_source_mappings = property(lambda queue: {}, lambda queue, mappings: None)


def make_transactions_atomic():
    """moto copies the whole database before a transaction and puts the copy back when it fails: slow, and what other
    threads wrote at the same time is lost. Here one operation runs at a time, and only the items of the transaction are put back.
    """
    backend = dynamodb.DynamoDBBackend
    lock = threading.RLock()

    def alone(operation):
        @functools.wraps(operation)
        def locked(*args, **kwargs):
            with lock:
                return operation(*args, **kwargs)

        return locked

    for name in ("put_item", "update_item", "delete_item", "get_item", "query", "scan"):
        setattr(backend, name, alone(getattr(backend, name)))

    # The copy of all tables is the only dictionary that this module copies.
    dynamodb.copy = SimpleNamespace(deepcopy=lambda value: value if isinstance(value, dict) else copy.deepcopy(value))
    transact = backend.transact_write_items

    def attributes(self, table, key):
        item = self.get_item(table, key)
        return copy.deepcopy(item.to_json()["Attributes"]) if item else None

    @alone
    def atomic(self, transact_items):
        before = []
        for operation in (next(iter(item.values())) for item in transact_items):
            table = self.get_table(operation["TableName"])
            whole = operation.get("Key") or operation["Item"]
            key = {name: whole[name] for name in (table.hash_key_attr, table.range_key_attr) if name}
            before.append((table.name, key, attributes(self, table.name, key)))
        try:
            return transact(self, transact_items)
        except Exception:
            for table, key, old in before:
                if old:
                    self.put_item(table, old)
                else:
                    self.delete_item(table, key)
            raise

    backend.transact_write_items = atomic


def keep_groups_of_interfaces_and_instance_apart():
    """moto shows an interface with its instance's groups besides its own; and it has no branch interfaces of pods, here those
    that EKS's controller has tagged as such."""
    interface = interfaces.NetworkInterface
    interface.group_set = property(lambda self: self._group_set)

    def kind(self):
        tags = {tag["key"] for tag in self.get_tags()}
        return "branch" if "vpcresources.k8s.aws/trunk-eni-id" in tags else "interface"

    interface.interface_type = property(kind, lambda self, value: None)


def find_instances_by_profile():
    """moto does not know this filter."""
    Instance.profile_arn = property(lambda self: (getattr(self, "iam_instance_profile", None) or {}).get("Arn"))
    filters.filter_dict_attribute_mapping["iam-instance-profile.arn"] = "profile_arn"


def have_metadata_options():
    """moto has no ModifyInstanceMetadataOptions."""
    standard = {"HttpEndpoint": "enabled", "HttpTokens": "optional", "HttpPutResponseHopLimit": "2"}

    def modify(self):
        self.error_on_dryrun()
        instance = self.ec2_backend.get_instance(self._get_param("InstanceId"))
        options = dict(getattr(instance, "metadata_options", standard))
        options.update({name: self._get_param(name) for name in standard if self._get_param(name)})
        instance.metadata_options = options
        return "<ModifyInstanceMetadataOptionsResponse><instanceId>%s</instanceId></ModifyInstanceMetadataOptionsResponse>" % instance.id

    EC2Response.modify_instance_metadata_options = modify
    describe = EC2Response.describe_instances

    def describing(self):
        answer = describe(self)
        for reservation in self.ec2_backend.all_reservations():
            for instance in reservation.instances:
                options = getattr(instance, "metadata_options", standard)
                fields = "".join(
                    "<%s>%s</%s>" % (name[0].lower() + name[1:], value, name[0].lower() + name[1:])
                    for name, value in options.items()
                )
                head = "<instanceId>%s</instanceId>" % instance.id
                answer = answer.replace(head, head + "<metadataOptions>%s</metadataOptions>" % fields)
        return answer

    EC2Response.describe_instances = describing


class QuietHandler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"  # the SDKs keep their connections

    def log_request(self, code="-", size="-"):
        pass


def end_with_standard_input():
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    make_transactions_atomic()
    know_redrive_allow_policy()
    keep_policy_when_other_attributes_are_set()
    keep_groups_of_interfaces_and_instance_apart()
    find_instances_by_profile()
    have_metadata_options()
    leave_messages_in_their_queues()
    threading.Thread(target=end_with_standard_input, daemon=True).start()
    app = DomainDispatcherApplication(create_backend_app)
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=QuietHandler)
    with open(sys.argv[1] + ".part", "w") as file:
        file.write(str(server.server_port))
    os.rename(sys.argv[1] + ".part", sys.argv[1])
    server.serve_forever()
