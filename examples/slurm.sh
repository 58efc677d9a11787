#!/usr/bin/env bash
# evo on several nodes of a Slurm cluster: sbatch examples/slurm.sh CONFIG RUN_DIR
# Before the time limit Slurm sends SIGTERM; evo saves a checkpoint and ends with 75, and the script asks to be run again.
#SBATCH --job-name=evo
#SBATCH --nodes=4
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=16
#SBATCH --time=04:00:00
#SBATCH --signal=B:TERM@120
#SBATCH --requeue
#SBATCH --open-mode=append
set -euo pipefail

config=${1:?usage: sbatch slurm.sh CONFIG RUN_DIR}
run_dir=${2:?usage: sbatch slurm.sh CONFIG RUN_DIR}
export RAY_AUTH_MODE=token
RAY_AUTH_TOKEN=$(head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n')
export RAY_AUTH_TOKEN

mapfile -t nodes < <(scontrol show hostnames "$SLURM_JOB_NODELIST")
head=${nodes[0]}
port=$((20000 + SLURM_JOB_ID % 10000))
address=$(srun --nodes=1 --ntasks=1 -w "$head" hostname --ip-address | awk '{print $1}'):$port

srun --nodes=1 --ntasks=1 -w "$head" \
  ray start --head --port="$port" --num-cpus="$SLURM_CPUS_PER_TASK" --include-dashboard=false --block &
sleep 15
if [ "$SLURM_JOB_NUM_NODES" -gt 1 ]; then
  srun --nodes=$((SLURM_JOB_NUM_NODES - 1)) --ntasks=$((SLURM_JOB_NUM_NODES - 1)) --exclude="$head" \
    ray start --address="$address" --num-cpus="$SLURM_CPUS_PER_TASK" --block &
  sleep 15
fi

# evo runs in the background so that the shell hears the signal at once and passes it on.
evo run "$config" --run-dir "$run_dir" --or-resume --address "$address" --plain &
evo=$!
trap 'kill -TERM $evo' TERM
while true; do # wait ends with the signal, too: then evo still saves
  code=0
  wait $evo || code=$?
  kill -0 $evo 2>/dev/null || [ "$code" -eq 143 ] || break
done
if [ "$code" -eq 75 ]; then
  scontrol requeue "$SLURM_JOB_ID"
fi
exit "$code"
