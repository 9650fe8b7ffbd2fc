variable "workspace_name" {
  type        = string
  description = "Name of a workspace; the default workspace when it is left out."
  default     = null
}

# Every region has a default workspace, and its id is 0.
data "maas_workspace" "chosen" {
  name         = var.workspace_name
  workspace_id = var.workspace_name == null ? "0" : null
}

output "workspace" {
  value = "${data.maas_workspace.chosen.name} (${data.maas_workspace.chosen.id})"
}
