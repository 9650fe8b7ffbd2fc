variable "workspace_name" {
  type        = string
  description = "Name of a workspace. Defaults to the default workspace."
  default     = null
}

# Every region has a default workspace with the ID 0.
data "maas_workspace" "chosen" {
  name         = var.workspace_name
  workspace_id = var.workspace_name == null ? "0" : null
}

output "workspace" {
  value = "${data.maas_workspace.chosen.name} (${data.maas_workspace.chosen.id})"
}
