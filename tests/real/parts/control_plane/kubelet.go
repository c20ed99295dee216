package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/spf13/pflag"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/klog/v2"
)

// behaviourLabel on a pod asks the fake kubelet for something else than a pod
// that runs for ever (or, as part of a Job, ends with success):
//
//	pending   never starts
//	complete  starts, then ends with success
//	fail      starts, then ends with exit code 1
const behaviourLabel = "kube-test/behaviour"

// fakeKubelet registers nodes and reports the pods bound to them as running. It
// starts no container. What a real kubelet needs from the API before it starts
// one (Secrets, ConfigMaps and their keys) it looks for, too: see references.go.
type fakeKubelet struct {
	client kubernetes.Interface
	pods   cache.Indexer
	queue  workqueue.TypedRateLimitingInterface[string]
	nextIP atomic.Uint32
}

func runFakeKubelet() int {
	flags := pflag.NewFlagSet("fake-kubelet", pflag.ExitOnError)
	kubeconfig := flags.String("kubeconfig", "", "how to reach the API server")
	nodes := flags.Int("nodes", 3, "number of nodes")
	_ = flags.Parse(os.Args[1:])

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := serveFakeNodes(ctx, *kubeconfig, *nodes); err != nil {
		fmt.Fprintln(os.Stderr, "fake-kubelet:", err)
		return 1
	}
	return 0
}

func serveFakeNodes(ctx context.Context, kubeconfig string, nodes int) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	config.QPS, config.Burst = 200, 400
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	for i := range nodes {
		if err := registerNode(ctx, client, i); err != nil {
			return err
		}
	}

	onNodes := informers.WithTweakListOptions(func(o *metav1.ListOptions) { o.FieldSelector = "spec.nodeName!=" })
	factory := informers.NewSharedInformerFactoryWithOptions(client, 0, onNodes)
	informer := factory.Core().V1().Pods().Informer()
	kubelet := &fakeKubelet{
		client: client,
		pods:   informer.GetIndexer(),
		queue: workqueue.NewTypedRateLimitingQueue(
			workqueue.NewTypedItemExponentialFailureRateLimiter[string](50*time.Millisecond, 2*time.Second)),
	}
	enqueue := func(object any) {
		if key, err := cache.MetaNamespaceKeyFunc(object); err == nil {
			kubelet.queue.Add(key)
		}
	}
	if _, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    enqueue,
		UpdateFunc: func(_, object any) { enqueue(object) },
	}); err != nil {
		return err
	}
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	for range 4 {
		go kubelet.work(ctx)
	}
	<-ctx.Done()
	kubelet.queue.ShutDown()
	return nil
}

// registerNode makes node number i: three zones and two instance types in turn,
// labelled as a managed cluster labels them.
func registerNode(ctx context.Context, client kubernetes.Interface, i int) error {
	name := fmt.Sprintf("node-%d", i)
	size := corev1.ResourceList{
		corev1.ResourceCPU:              resource.MustParse("64"),
		corev1.ResourceMemory:           resource.MustParse("256Gi"),
		corev1.ResourceEphemeralStorage: resource.MustParse("1Ti"),
		corev1.ResourcePods:             resource.MustParse("1000"),
	}
	node, err := client.CoreV1().Nodes().Create(ctx, &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{
			Name: name,
			Labels: map[string]string{
				corev1.LabelHostname:           name,
				corev1.LabelOSStable:           "linux",
				corev1.LabelArchStable:         "amd64",
				corev1.LabelInstanceTypeStable: []string{"m6i.4xlarge", "r6i.4xlarge"}[i%2],
				corev1.LabelTopologyRegion:     "eu-north-1",
				corev1.LabelTopologyZone:       "eu-north-1" + string("abc"[i%3]),
			},
		},
	}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	// Admission marks every new node as not ready; no node controller runs that would take the mark away.
	node.Spec.Taints = nil
	if node, err = client.CoreV1().Nodes().Update(ctx, node, metav1.UpdateOptions{}); err != nil {
		return err
	}
	node.Status = corev1.NodeStatus{
		Capacity:    size,
		Allocatable: size,
		Addresses: []corev1.NodeAddress{
			{Type: corev1.NodeInternalIP, Address: fmt.Sprintf("10.0.0.%d", i+1)},
			{Type: corev1.NodeHostName, Address: name},
		},
		Conditions: []corev1.NodeCondition{{
			Type: corev1.NodeReady, Status: corev1.ConditionTrue, Reason: "FakeKubelet",
			LastHeartbeatTime: metav1.Now(), LastTransitionTime: metav1.Now(),
		}},
		NodeInfo: corev1.NodeSystemInfo{OperatingSystem: "linux", Architecture: "amd64", KubeletVersion: "fake"},
	}
	_, err = client.CoreV1().Nodes().UpdateStatus(ctx, node, metav1.UpdateOptions{})
	return err
}

func (k *fakeKubelet) work(ctx context.Context) {
	for {
		key, shutdown := k.queue.Get()
		if shutdown {
			return
		}
		again, err := k.sync(ctx, key)
		switch {
		case err != nil && !apierrors.IsNotFound(err) && !apierrors.IsConflict(err):
			klog.ErrorS(err, "sync", "pod", key)
			k.queue.AddRateLimited(key)
		case again > 0:
			k.queue.AddAfter(key, again)
		default:
			k.queue.Forget(key)
		}
		k.queue.Done(key)
	}
}

// sync moves one pod one step on. A non-zero duration asks for another look.
func (k *fakeKubelet) sync(ctx context.Context, key string) (time.Duration, error) {
	object, found, err := k.pods.GetByKey(key)
	if err != nil || !found {
		return 0, err
	}
	pod := object.(*corev1.Pod).DeepCopy()
	ended := pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed

	switch behaviour := pod.Labels[behaviourLabel]; {
	case pod.DeletionTimestamp != nil && !ended && pod.Status.PodIP != "":
		return 0, k.end(ctx, pod, 0)
	case pod.DeletionTimestamp != nil:
		now, uid := int64(0), pod.UID
		return 0, k.client.CoreV1().Pods(pod.Namespace).Delete(ctx, pod.Name,
			metav1.DeleteOptions{GracePeriodSeconds: &now, Preconditions: &metav1.Preconditions{UID: &uid}})
	case ended:
		return 0, nil
	case pod.Status.PodIP == "" && behaviour == "pending":
		return 0, k.hold(ctx, pod, "ContainerCreating", "")
	case pod.Status.PodIP == "":
		if reason, message := k.obstacle(ctx, pod); reason != "" {
			return time.Second, k.hold(ctx, pod, reason, message)
		}
		return 0, k.start(ctx, pod)
	case behaviour == "fail":
		return 0, k.end(ctx, pod, 1)
	case behaviour == "complete" || ownedByJob(pod):
		return 0, k.end(ctx, pod, 0)
	}
	return 0, nil
}

func ownedByJob(pod *corev1.Pod) bool {
	owner := metav1.GetControllerOf(pod)
	return owner != nil && owner.Kind == "Job"
}

// hold keeps a pod pending and says why.
func (k *fakeKubelet) hold(ctx context.Context, pod *corev1.Pod, reason, message string) error {
	waiting := corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: message}}
	if s := pod.Status.ContainerStatuses; len(s) > 0 && s[0].State.Waiting != nil && *s[0].State.Waiting == *waiting.Waiting {
		return nil
	}
	if message != "" {
		k.warn(ctx, pod, reason, message)
	}
	pod.Status.Phase = corev1.PodPending
	setReady(pod, corev1.ConditionFalse, reason)
	pod.Status.ContainerStatuses = containerStatuses(pod.Spec.Containers, waiting)
	return k.update(ctx, pod)
}

// warn makes the event that a real kubelet makes, in its words. The pod's status is what counts: an event that is
// refused (its namespace is going away) is left out.
func (k *fakeKubelet) warn(ctx context.Context, pod *corev1.Pod, reason, message string) {
	now := metav1.Now()
	switch reason {
	case "CreateContainerConfigError":
		reason, message = "Failed", "Error: "+message
	case "ContainerCreating":
		reason = "FailedMount"
	}
	_, _ = k.client.CoreV1().Events(pod.Namespace).Create(ctx, &corev1.Event{
		ObjectMeta: metav1.ObjectMeta{GenerateName: pod.Name + "."},
		InvolvedObject: corev1.ObjectReference{
			APIVersion: "v1", Kind: "Pod", Namespace: pod.Namespace, Name: pod.Name, UID: pod.UID,
		},
		Type: corev1.EventTypeWarning, Reason: reason, Message: message, Count: 1,
		Source:         corev1.EventSource{Component: "kubelet", Host: pod.Spec.NodeName},
		FirstTimestamp: now, LastTimestamp: now,
	}, metav1.CreateOptions{})
}

func (k *fakeKubelet) start(ctx context.Context, pod *corev1.Pod) error {
	now := metav1.Now()
	running := corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: now}}
	done := corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: "Completed", StartedAt: now, FinishedAt: now}}
	pod.Status.Phase = corev1.PodRunning
	pod.Status.StartTime = &now
	ip := k.nextIP.Add(1)
	pod.Status.PodIP = fmt.Sprintf("10.244.%d.%d", ip/250%250, ip%250+1)
	pod.Status.PodIPs = []corev1.PodIP{{IP: pod.Status.PodIP}}
	setReady(pod, corev1.ConditionTrue, "")
	pod.Status.ContainerStatuses = containerStatuses(pod.Spec.Containers, running)
	pod.Status.InitContainerStatuses = containerStatuses(pod.Spec.InitContainers, done)
	for i, c := range pod.Spec.InitContainers {
		if c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways { // a sidecar
			pod.Status.InitContainerStatuses[i] = containerStatuses([]corev1.Container{c}, running)[0]
		}
	}
	return k.update(ctx, pod)
}

func (k *fakeKubelet) end(ctx context.Context, pod *corev1.Pod, code int32) error {
	reason, phase := "Completed", corev1.PodSucceeded
	if code != 0 {
		reason, phase = "Error", corev1.PodFailed
	}
	now := metav1.Now()
	pod.Status.Phase = phase
	setReady(pod, corev1.ConditionFalse, "PodCompleted")
	pod.Status.ContainerStatuses = containerStatuses(pod.Spec.Containers, corev1.ContainerState{
		Terminated: &corev1.ContainerStateTerminated{ExitCode: code, Reason: reason, StartedAt: now, FinishedAt: now},
	})
	return k.update(ctx, pod)
}

func (k *fakeKubelet) update(ctx context.Context, pod *corev1.Pod) error {
	_, err := k.client.CoreV1().Pods(pod.Namespace).UpdateStatus(ctx, pod, metav1.UpdateOptions{})
	return err
}

func containerStatuses(containers []corev1.Container, state corev1.ContainerState) []corev1.ContainerStatus {
	running := state.Running != nil
	succeeded := state.Terminated != nil && state.Terminated.ExitCode == 0
	statuses := make([]corev1.ContainerStatus, 0, len(containers))
	for _, c := range containers {
		statuses = append(statuses, corev1.ContainerStatus{
			Name: c.Name, Image: c.Image, State: state, Started: &running,
			Ready: running || succeeded,
		})
	}
	return statuses
}

// setReady sets the conditions that follow from the state of the containers, and keeps the others (PodScheduled).
func setReady(pod *corev1.Pod, status corev1.ConditionStatus, reason string) {
	types := []corev1.PodConditionType{corev1.PodInitialized, corev1.ContainersReady, corev1.PodReady}
	for _, gate := range pod.Spec.ReadinessGates {
		types = append(types, gate.ConditionType)
	}
	var conditions []corev1.PodCondition
	for _, c := range pod.Status.Conditions {
		if c.Type == corev1.PodScheduled || c.Type == corev1.DisruptionTarget {
			conditions = append(conditions, c)
		}
	}
	for _, t := range types {
		condition := corev1.PodCondition{Type: t, Status: status, Reason: reason, LastTransitionTime: metav1.Now()}
		if t == corev1.PodInitialized {
			condition.Status, condition.Reason = corev1.ConditionTrue, ""
		}
		conditions = append(conditions, condition)
	}
	pod.Status.Conditions = conditions
}
