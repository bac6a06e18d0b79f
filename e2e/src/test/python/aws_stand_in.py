"""Runs moto as an AWS account with two EC2 nodes, and records every request. Usage: aws_stand_in.py HOST PORT REQUESTS CLUSTER ROLE

Creates one instance with two network interfaces in different security groups, and one more instance. Appends one JSON line to
the file REQUESTS for each request before it is handled. The ids of instances are the same in each run, since a Kubernetes node
keeps its first provider id. Answers the Pod Identity calls of EKS, which moto lacks: the service
account shop/cart of the cluster CLUSTER has the role ROLE. GET /stand-in/account returns the ids of the account, and GET
/stand-in/state returns everything that an action may change, as AWS describes it. GET /stand-in/throttle?action=&value=&every=
throttles every nth request of the product whose action and one of whose parameters match; with hold=true such a request gets
no answer before the next call of /stand-in/throttle, which returns how many requests were throttled and replaces the rule.
Exits when its standard input closes.
"""

import io
import json
import os
import re
import sys
import threading
import urllib.parse
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[4] / "functions/aws/src/test/python"))

import boto3
import moto_server
from botocore.config import Config
from moto.moto_api._internal import mock_random
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

REGION = "eu-west-1"
ACCOUNT = "123456789012"
SET_UP_KEY = "SETUP"
ASSOCIATION = "a-abcdefghijklmnop1"
CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/aws4_request")
THROTTLED = (
    b'<?xml version="1.0" encoding="UTF-8"?><Response><Errors><Error><Code>RequestLimitExceeded</Code>'
    b"<Message>Request limit exceeded.</Message></Error></Errors><RequestID>00000000-0000-0000-0000-000000000000</RequestID>"
    b"</Response>"
)
ROUTE = re.compile(r"/clusters/([^/]+)/pod-identity-associations(?:/([^/]+))?")


class PodIdentity:
    """ListPodIdentityAssociations and DescribePodIdentityAssociation, as the API reference of EKS documents them."""

    def __init__(self, cluster, role):
        self.cluster = cluster
        self.identity = {
            "clusterName": cluster,
            "namespace": "shop",
            "serviceAccount": "cart",
            "associationArn": "arn:aws:eks:%s:%s:podidentityassociation/%s/%s" % (REGION, ACCOUNT, cluster, ASSOCIATION),
            "associationId": ASSOCIATION,
        }
        self.details = {
            "roleArn": "arn:aws:iam::%s:role/%s" % (ACCOUNT, role),
            "tags": {},
            "createdAt": 1767225600.0,
            "modifiedAt": 1767225600.0,
            "disableSessionTags": False,
        }

    def answer(self, cluster, association, method, query):
        if method != "GET":
            return 405, {"message": "the stand-in does not change associations"}
        if cluster != self.cluster:
            return 404, {"message": "No cluster found for name: %s." % cluster}
        if association is None:
            unknown = set(query) - {"namespace", "serviceAccount", "maxResults", "nextToken"}
            if unknown or any(len(values) != 1 for values in query.values()):
                return 400, {"message": "unknown or repeated parameters: %s" % sorted(query)}
            matches = all(query.get(name, [self.identity[name]])[0] == self.identity[name] for name in ("namespace", "serviceAccount"))
            return 200, {"associations": [self.identity] if matches else []}
        if association != ASSOCIATION:
            return 404, {"message": "The specified association does not exist."}
        return 200, {"association": self.identity | self.details}


class Throttle:
    """Throttles requests as EC2 does."""

    def __init__(self, action=None, value=None, every="1", hold="false"):
        self.action = action
        self.value = value
        self.every = int(every)
        self.hold = hold == "true"
        self.matches = 0
        self.throttled = 0
        self.lock = threading.Lock()
        self.ended = threading.Event()

    def refuses(self, action, form):
        """Returns whether a request is throttled, after it was held if the rule says so."""
        if self.action is None or not re.fullmatch(self.action, action) or form.get("DryRun") == ["true"]:
            return False
        if self.value and not any(self.value in values for values in form.values()):
            return False
        with self.lock:
            self.matches += 1
            if self.matches % self.every:
                return False
            self.throttled += 1
        if self.hold:
            self.ended.wait()
        return True


class Recorder:
    """A WSGI application in front of moto: records requests, and answers those that moto does not know."""

    def __init__(self, application, file, pod_identity):
        self.application = application
        self.file = open(file, "a", buffering=1)
        self.pod_identity = pod_identity
        self.lock = threading.Lock()
        self.account = {}
        self.throttle = Throttle()

    def __call__(self, environ, start_response):
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if path.startswith("/stand-in/"):
            return self.control(path, dict(urllib.parse.parse_qsl(environ.get("QUERY_STRING", ""))), start_response)
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length)
        environ["wsgi.input"] = io.BytesIO(body)
        query = urllib.parse.parse_qs(environ.get("QUERY_STRING", ""))
        form = urllib.parse.parse_qs(body.decode("utf-8", "replace"))
        credential = CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
        key, region, service = credential.groups() if credential else ("", "", "")
        target = environ.get("HTTP_X_AMZ_TARGET", "")
        action = (form.get("Action") or [target.rpartition(".")[2] or "%s %s" % (method, path)])[0]
        if key != SET_UP_KEY:
            record = {
                "key": key,
                "region": region,
                "service": service,
                "method": method,
                "action": action,
                "dryRun": form.get("DryRun") == ["true"],
                "parameters": {name: values[0] for name, values in form.items() if name not in ("Action", "Version")},
            }
            with self.lock:
                self.file.write(json.dumps(record) + "\n")
        route = ROUTE.fullmatch(path)
        if service == "eks" and route:
            cluster, association = (part and urllib.parse.unquote(part) for part in route.groups())
            return self.reply(start_response, *self.pod_identity.answer(cluster, association, method, query))
        if key != SET_UP_KEY and self.throttle.refuses(action, form):
            return self.xml(start_response, 503, THROTTLED)
        return self.application(environ, start_response)

    def control(self, path, query, start_response):
        documents = {
            "/stand-in/account": lambda: self.account,
            "/stand-in/state": state,
            "/stand-in/throttled": lambda: {"throttled": self.throttle.throttled},
            "/stand-in/throttle": lambda: self.replace_throttle(query),
        }
        if path not in documents:
            return self.reply(start_response, 404, {})
        return self.reply(start_response, 200, documents[path]())

    def replace_throttle(self, query):
        ended, self.throttle = self.throttle, Throttle(**query)
        ended.ended.set()
        return {"throttled": ended.throttled}

    @staticmethod
    def xml(start_response, status, body):
        start_response("%d -" % status, [("Content-Type", "text/xml;charset=UTF-8"), ("Content-Length", str(len(body)))])
        return [body]

    @staticmethod
    def reply(start_response, status, document):
        body = json.dumps(document, default=str, sort_keys=True).encode()
        start_response("%d -" % status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]


def client(service):
    return boto3.client(
        service,
        region_name=REGION,
        endpoint_url="http://%s:%s" % (sys.argv[1], sys.argv[2]),
        aws_access_key_id=SET_UP_KEY,
        aws_secret_access_key="test",
        config=Config(retries={"max_attempts": 0}),
    )


def create_account(role):
    """Creates the account and returns its ids."""
    ec2, iam = client("ec2"), client("iam")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24", AvailabilityZone="eu-west-1a")["Subnet"]["SubnetId"]
    groups = {
        name: ec2.create_security_group(VpcId=vpc, GroupName=name, Description=name)["GroupId"]
        for name in ("web", "nodes", "storage")
    }
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    for name in (role, "node"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
        allow = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::%s/*" % name}
        document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document)
    iam.create_instance_profile(InstanceProfileName="node")
    iam.add_role_to_instance_profile(InstanceProfileName="node", RoleName="node")

    def instance():
        return ec2.run_instances(
            ImageId="ami-12345678",
            InstanceType="m5.large",
            MinCount=1,
            MaxCount=1,
            SubnetId=subnet,
            SecurityGroupIds=[groups["nodes"], groups["web"]],
            IamInstanceProfile={"Name": "node"},
        )["Instances"][0]["InstanceId"]

    node, other = instance(), instance()
    second = ec2.create_network_interface(SubnetId=subnet, Groups=[groups["storage"]])["NetworkInterface"]["NetworkInterfaceId"]
    ec2.attach_network_interface(NetworkInterfaceId=second, InstanceId=node, DeviceIndex=1)
    return {"node": node, "other": other, "groups": groups}


def state():
    """Returns all that the actions of the test may change."""
    ec2, iam = client("ec2"), client("iam")
    documents = {
        "instances": ec2.describe_instances()["Reservations"],
        "interfaces": ec2.describe_network_interfaces()["NetworkInterfaces"],
        "groups": ec2.describe_security_groups()["SecurityGroups"],
        "rules": ec2.describe_security_group_rules()["SecurityGroupRules"],
        "snapshots": ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"],
        "roles": {},
    }
    for role in iam.list_roles()["Roles"]:
        name = role["RoleName"]
        documents["roles"][name] = {
            "role": iam.get_role(RoleName=name)["Role"],
            "attached": iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"],
            "inline": {
                policy: iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
                for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]
            },
        }
    sort_groups(documents)
    return documents


def sort_groups(document):
    """Sorts the security groups of each interface: AWS treats them as a set."""
    if isinstance(document, list):
        for item in document:
            sort_groups(item)
    elif isinstance(document, dict):
        for name, value in document.items():
            if name in ("Groups", "SecurityGroups"):
                value.sort(key=lambda group: group["GroupId"])
            sort_groups(value)


def exit_when_stdin_closes():
    sys.stdin.buffer.read()
    os._exit(0)


def main():
    host, port, requests, cluster, role = sys.argv[1:]
    mock_random.seed(1)
    moto_server.support_branch_interfaces()
    moto_server.support_profile_filter()
    moto_server.support_metadata_options()
    threading.Thread(target=exit_when_stdin_closes, daemon=True).start()
    recorder = Recorder(DomainDispatcherApplication(create_backend_app), requests, PodIdentity(cluster, role))
    server = make_server(host, int(port), recorder, threaded=True, request_handler=moto_server.KeepAliveHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    recorder.account = create_account(role)
    print("ready", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
